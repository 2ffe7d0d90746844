import { ActionIcon, Button } from '@mantine/core';
import { IconUpload, IconX } from '@tabler/icons-react';
import { useTranslation } from 'react-i18next';
import { fileProblemText } from './file-problem-text';
import classes from './files-panel.module.css';
import { useSizeText } from './size-text';
import { retryUpload, stopUpload, type Upload } from './upload-store';

/** A file on its way: how far it is, or why it did not arrive. */
export function UploadRow({ upload }: { upload: Upload }) {
  const { t } = useTranslation('files');
  const sizeText = useSizeText();
  const { file, sent, status, error } = upload;
  const isFailed = status === 'failed';
  const percent = Math.floor((sent / file.size) * 100);
  return (
    <li className={classes['row']} aria-label={file.name}>
      <span className={classes['mark']} aria-hidden>
        <IconUpload size={18} />
      </span>
      <div className={classes['what']}>
        <span className={classes['name']}>{file.name}</span>
        {isFailed ? (
          <span className={classes['problem']} role="alert">
            {fileProblemText(error)}
          </span>
        ) : (
          <>
            <progress
              className={classes['progress']}
              max={file.size}
              value={sent}
              aria-label={t('progress', { name: file.name })}
            />
            <span className={classes['facts']} role="status">
              {t(`upload.${status}`, { sent: sizeText(sent), total: sizeText(file.size), percent })}
            </span>
          </>
        )}
      </div>
      {isFailed ? (
        <Button size="compact-xs" variant="default" onClick={() => retryUpload(upload.key)}>
          {t('resume')}
        </Button>
      ) : null}
      <ActionIcon
        size={28}
        aria-label={t('cancelNamed', { name: file.name })}
        onClick={() => stopUpload(upload)}
      >
        <IconX size={16} />
      </ActionIcon>
    </li>
  );
}
