import { ActionIcon, Badge } from '@mantine/core';
import {
  IconDots,
  IconDownload,
  IconExternalLink,
  IconEye,
  IconShieldX,
  IconTrash,
} from '@tabler/icons-react';
import { useMutation } from '@tanstack/react-query';
import { Link } from '@tanstack/react-router';
import { useTranslation } from 'react-i18next';
import { useFormats } from '@/lib/format/formats';
import { Menu } from '@/lib/layers/overlays';
import { notify } from '@/lib/notify';
import { newCause } from '@/records/api/undo';
import { deleteRecord } from '@/records/api/write-record';
import { mayDelete, type ObjectDescription, recordName } from '@/records/object-description';
import { showUndo } from '@/records/undo';
import { downloadFile, type FileRecord, FILES } from './api/files';
import { canPreview } from './file-kinds';
import { FileMark } from './file-mark';
import { fileProblemText } from './file-problem-text';
import classes from './files-panel.module.css';
import { useSizeText } from './size-text';

/** A file with what can be done with it. */
export function FileRow({
  file,
  files,
  onPreview,
}: {
  file: FileRecord;
  files: ObjectDescription;
  onPreview: () => void;
}) {
  const { t } = useTranslation('files');
  const formats = useFormats();
  const sizeText = useSizeText();
  const name = recordName(files, file);
  const isBlocked = file.scan === 'pending' || file.scan === 'infected';
  const download = useMutation({
    mutationFn: () => downloadFile(file.id),
    onError: (error) => notify({ color: 'red', message: fileProblemText(error) }),
  });
  const remove = useMutation({
    mutationFn: async () => {
      const cause = newCause();
      await deleteRecord(FILES, file.id, file.version, undefined, cause);
      showUndo({ message: t('deleted', { name }), cause });
    },
    onError: (error) => notify({ color: 'red', message: fileProblemText(error) }),
  });
  const facts = [
    sizeText(file.size),
    file.createdBy?.name,
    file.createdAt && formats.ago(file.createdAt),
  ].filter(Boolean);
  const isShowable = !isBlocked && canPreview(file.mediaType);
  return (
    <li className={classes['row']} aria-label={name}>
      <FileMark file={file} />
      <div className={classes['what']}>
        {isBlocked ? (
          <span className={classes['name']}>{name}</span>
        ) : (
          <button
            type="button"
            className={classes['name']}
            onClick={() => (isShowable ? onPreview() : download.mutate())}
          >
            {name}
          </button>
        )}
        <span className={classes['facts']}>{facts.join(' · ')}</span>
      </div>
      <ScanBadge file={file} />
      {isBlocked ? null : (
        <ActionIcon
          size={28}
          loading={download.isPending}
          aria-label={t('downloadNamed', { name })}
          onClick={() => download.mutate()}
        >
          <IconDownload size={16} />
        </ActionIcon>
      )}
      <Menu position="bottom-end">
        <Menu.Target>
          <ActionIcon size={28} aria-label={t('more', { name })}>
            <IconDots size={16} />
          </ActionIcon>
        </Menu.Target>
        <Menu.Dropdown>
          {isShowable ? (
            <Menu.Item leftSection={<IconEye size={15} />} onClick={onPreview}>
              {t('preview')}
            </Menu.Item>
          ) : null}
          <Menu.Item
            leftSection={<IconExternalLink size={15} />}
            renderRoot={(props) => <Link to={`${FILES}/${file.id}`} {...props} />}
          >
            {t('details')}
          </Menu.Item>
          {mayDelete(files) ? (
            <Menu.Item
              color="var(--pl-bad)"
              leftSection={<IconTrash size={15} />}
              onClick={() => remove.mutate()}
            >
              {t('delete')}
            </Menu.Item>
          ) : null}
        </Menu.Dropdown>
      </Menu>
    </li>
  );
}

/** Says why a file can't be downloaded. */
function ScanBadge({ file: { scan } }: { file: FileRecord }) {
  const { t } = useTranslation('files');
  if (scan === 'infected')
    return (
      <Badge color="red" variant="light" leftSection={<IconShieldX size={12} aria-hidden />}>
        {t('infected')}
      </Badge>
    );
  return scan === 'pending' ? (
    <Badge color="gray" variant="light">
      {t('pending')}
    </Badge>
  ) : null;
}
