import { Alert, Button, Skeleton, Text } from '@mantine/core';
import { StateMessage } from '@pellucid/ui';
import { IconAlertTriangle, IconCamera, IconFile, IconUpload } from '@tabler/icons-react';
import { useInfiniteQuery, useQuery } from '@tanstack/react-query';
import { type ChangeEvent, type DragEvent, type ReactNode, useRef, useState } from 'react';
import { useTranslation } from 'react-i18next';
import { LoadMore } from '@/lib/load-more';
import { useObject } from '@/records/api/describe-objects';
import { recordRightsQuery } from '@/records/api/record-rights';
import { mayUpdate, type ObjectDescription, type RecordData } from '@/records/object-description';
import { type FileRecord, filesQuery } from './api/files';
import { FilePreview } from './file-preview';
import { FileRow } from './file-row';
import { fileProblemText } from './file-problem-text';
import classes from './files-panel.module.css';
import { UploadRow } from './upload-row';
import { addUploads, useUploads } from './upload-store';

/** Maximum size of a file in bytes, as the API has it. */
const MAX_BYTES = 100 * 1024 * 1024;

/** The files of a record, and the place to add some: by dropping them anywhere on it, by a button, or by the camera. */
export default function FilesPanel({ object, record }: { object: ObjectDescription; record: RecordData }) {
  const { t } = useTranslation('files');
  const about = { object: object.key, id: record.id };
  const files = useObject('file');
  const mayUpload = files?.permissions?.['upload'] === true && mayUpdate(object);
  const rights = useQuery({ ...recordRightsQuery(object, record.id), enabled: mayUpload });
  const canUpload = mayUpload && rights.data?.actions['update'] === true;
  const query = useInfiniteQuery(filesQuery(about));
  const uploads = useUploads(about);
  const [refused, setRefused] = useState<string[]>([]);
  const [shown, setShown] = useState<FileRecord>();
  const take = (given: FileList | null | undefined) => {
    const all = [...(given ?? [])];
    const isFit = ({ size }: File) => size > 0 && size <= MAX_BYTES;
    setRefused(
      all
        .filter((file) => !isFit(file))
        .map(({ name, size }) => t(size === 0 ? 'refused.empty' : 'refused.tooLarge', { name })),
    );
    const fit = all.filter(isFit);
    if (fit.length) addUploads(fit, about);
  };
  const rows = query.data?.pages.flatMap(({ data }) => data as FileRecord[]) ?? [];
  if (!files) return null;
  return (
    <DropArea isOff={!canUpload} onFiles={take}>
      {refused.length ? (
        <Alert
          color="red"
          variant="light"
          role="alert"
          icon={<IconAlertTriangle size={18} />}
          mb="sm"
          withCloseButton
          closeButtonLabel={t('dismiss')}
          onClose={() => setRefused([])}
        >
          {refused.map((text) => (
            <div key={text}>{text}</div>
          ))}
        </Alert>
      ) : null}
      {query.isPending ? (
        <Skeleton height={180} radius="md" aria-label={t('loading')} />
      ) : query.isError ? (
        <StateMessage
          role="alert"
          icon={<IconFile size={20} />}
          title={t('failed')}
          text={fileProblemText(query.error)}
        >
          <Button size="xs" onClick={() => void query.refetch()}>
            {t('retry')}
          </Button>
        </StateMessage>
      ) : rows.length + uploads.length === 0 ? (
        <StateMessage
          icon={<IconFile size={20} />}
          title={t('empty')}
          text={canUpload ? t('emptyText') : t('emptyReadOnly')}
        >
          {canUpload ? <AddFiles onFiles={take} /> : null}
        </StateMessage>
      ) : (
        <section className="pl-card" aria-label={t('entries:files.tab')}>
          <header className={classes['header']}>
            <Text size="sm" fw={600}>
              {t('count', { count: query.data.pages[0]?.count?.value ?? rows.length })}
            </Text>
            {canUpload ? <AddFiles onFiles={take} /> : null}
          </header>
          <ul className={classes['rows']}>
            {uploads.map((upload) => (
              <UploadRow key={upload.key} upload={upload} />
            ))}
            {rows.map((file) => (
              <FileRow key={file.id} file={file} files={files} onPreview={() => setShown(file)} />
            ))}
          </ul>
          <LoadMore query={query} label={t('showMore')} />
        </section>
      )}
      <FilePreview file={shown} onClose={() => setShown(undefined)} />
    </DropArea>
  );
}

/** Takes files that are dropped anywhere on its content. */
function DropArea({
  isOff,
  onFiles,
  children,
}: {
  isOff: boolean;
  onFiles: (files: FileList) => void;
  children: ReactNode;
}) {
  const { t } = useTranslation('files');
  const [isOver, setOver] = useState(false);
  if (isOff) return children;
  const over = (event: DragEvent) => {
    if (!event.dataTransfer.types.includes('Files')) return;
    event.preventDefault();
    setOver(true);
  };
  return (
    // biome-ignore lint/a11y/noStaticElementInteractions: dropping is a shortcut, the button inside does the same
    <div
      className={classes['drop']}
      data-drop="files"
      data-over={isOver || undefined}
      onDragEnter={over}
      onDragOver={over}
      onDragLeave={(event) => {
        if (!event.currentTarget.contains(event.relatedTarget as Node | null)) setOver(false);
      }}
      onDrop={(event) => {
        event.preventDefault();
        setOver(false);
        onFiles(event.dataTransfer.files);
      }}
    >
      {children}
      {isOver ? (
        <div className={classes['over']} aria-hidden>
          <IconUpload size={22} />
          {t('drop')}
        </div>
      ) : null}
    </div>
  );
}

/** Buttons that choose files, or take a picture where there is a camera at hand. */
function AddFiles({ onFiles }: { onFiles: (files: FileList | null) => void }) {
  const { t } = useTranslation('files');
  const input = useRef<HTMLInputElement>(null);
  const camera = useRef<HTMLInputElement>(null);
  const taken = (event: ChangeEvent<HTMLInputElement>) => {
    onFiles(event.currentTarget.files);
    event.currentTarget.value = '';
  };
  return (
    <div className={classes['add']}>
      <Button
        size="xs"
        variant="default"
        className={classes['camera'] ?? ''}
        leftSection={<IconCamera size={15} />}
        onClick={() => camera.current?.click()}
      >
        {t('camera')}
      </Button>
      <Button
        size="xs"
        variant="default"
        leftSection={<IconUpload size={15} />}
        onClick={() => input.current?.click()}
      >
        {t('add')}
      </Button>
      <input ref={input} type="file" hidden multiple aria-label={t('add')} onChange={taken} />
      <input
        ref={camera}
        type="file"
        hidden
        accept="image/*"
        capture="environment"
        aria-label={t('camera')}
        onChange={taken}
      />
    </div>
  );
}
