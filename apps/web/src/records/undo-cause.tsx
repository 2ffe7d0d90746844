import { Button } from '@mantine/core';
import type { UndoRequest } from '@pellucid/api-client';
import { IconArrowBackUp } from '@tabler/icons-react';
import { Suspense, useState } from 'react';
import { useTranslation } from 'react-i18next';
import { lazyExtra } from '@/lib/missing-part';
import { previewUndo, undo } from './api/undo';

const UndoDialog = lazyExtra(() => import('./undo-dialog'));

/** A button that opens the preview of undoing a cause, from where it is undone. */
export function UndoCauseButton({
  request,
  label,
  title,
  onJob,
  isQuiet = false,
}: {
  request: UndoRequest;
  label: string;
  title: string;
  /** One of several buttons below an entry. */
  isQuiet?: boolean;
  /** Shows the progress of the bulk job that undoes many changes. */
  onJob: (id: string) => void;
}) {
  const { t } = useTranslation('records');
  const [isOpen, setOpen] = useState(false);
  return (
    <>
      <Button
        size="compact-xs"
        variant={isQuiet ? 'subtle' : 'default'}
        leftSection={<IconArrowBackUp size={14} />}
        onClick={() => setOpen(true)}
      >
        {label}
      </Button>
      {isOpen ? (
        <Suspense>
          <UndoDialog
            title={title}
            confirmLabel={t('undo')}
            preview={() => previewUndo(request)}
            run={async () => {
              const answer = await undo(request);
              if (answer.status === 'completed') return t('undoing.done');
              onJob(answer.id);
              return undefined;
            }}
            onClose={() => setOpen(false)}
          />
        </Suspense>
      ) : null}
    </>
  );
}
