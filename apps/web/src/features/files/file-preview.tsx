import { Button, Loader } from '@mantine/core';
import { StateMessage } from '@pellucid/ui';
import { IconDownload, IconFile } from '@tabler/icons-react';
import { useEffect, useState } from 'react';
import { useTranslation } from 'react-i18next';
import { Modal } from '@/lib/layers/overlays';
import { notify } from '@/lib/notify';
import { contentOf, downloadFile, type FileRecord } from './api/files';
import { isPdf } from './file-kinds';
import { fileProblemText } from './file-problem-text';
import classes from './files-panel.module.css';

/** Shows a picture or a PDF in a dialog. */
export function FilePreview({ file, onClose }: { file: FileRecord | undefined; onClose: () => void }) {
  return (
    <Modal opened={file !== undefined} onClose={onClose} title={file?.name ?? ''} size="xl">
      {file ? <Content key={file.id} file={file} /> : null}
    </Modal>
  );
}

function Content({ file }: { file: FileRecord }) {
  const { t } = useTranslation('files');
  const { url, error } = useContent(file);
  const download = () =>
    void downloadFile(file.id).catch((problem) =>
      notify({ color: 'red', message: fileProblemText(problem) }),
    );
  return (
    <div className={classes['preview']}>
      {error ? (
        <StateMessage
          role="alert"
          icon={<IconFile size={20} />}
          title={t('previewFailed')}
          text={fileProblemText(error)}
        />
      ) : url === undefined ? (
        <Loader aria-label={t('loading')} />
      ) : isPdf(file.mediaType) ? (
        <iframe className={classes['document']} src={url} title={file.name ?? t('preview')} />
      ) : (
        <img className={classes['picture']} src={url} alt={file.name ?? t('preview')} />
      )}
      <Button variant="default" size="xs" leftSection={<IconDownload size={15} />} onClick={download}>
        {t('download')}
      </Button>
    </div>
  );
}

/** Loads the content while it is shown. It has the type that the server found, so that a browser can't take it for a page. */
function useContent({ id, mediaType }: FileRecord): { url?: string; error?: unknown } {
  const [content, setContent] = useState<{ url?: string; error?: unknown }>({});
  useEffect(() => {
    const abort = new AbortController();
    let url: string | undefined;
    contentOf(id, abort.signal).then(
      (blob) => {
        if (abort.signal.aborted) return;
        url = URL.createObjectURL(new Blob([blob], { type: mediaType ?? '' }));
        setContent({ url });
      },
      (error) => {
        if (!abort.signal.aborted) setContent({ error });
      },
    );
    return () => {
      abort.abort();
      if (url) URL.revokeObjectURL(url);
    };
  }, [id, mediaType]);
  return content;
}
