import { Button } from '@mantine/core';
import { IconFileExport } from '@tabler/icons-react';
import { Suspense, useState } from 'react';
import { useTranslation } from 'react-i18next';
import { lazyPart } from '@/lib/i18n/i18n';
import type { ObjectDescription } from '@/records/object-description';

const ExportDialog = lazyPart('exports', () => import('./export-dialog'));

/** Opens the dialog that exports a list, or the selected records of it. */
export function ExportButton({ object, ids }: { object: ObjectDescription; ids?: string[] }) {
  const { t } = useTranslation('entries');
  const [isOpen, setOpen] = useState(false);
  // Stays mounted once opened, so that it can fade out.
  const [wasOpen, setWasOpen] = useState(false);
  return (
    <>
      <Button
        size="xs"
        variant="default"
        leftSection={<IconFileExport size={15} />}
        onClick={() => {
          setWasOpen(true);
          setOpen(true);
        }}
      >
        {t('exports.export')}
      </Button>
      {wasOpen ? (
        <Suspense fallback={null}>
          <ExportDialog object={object} ids={ids} isOpen={isOpen} onClose={() => setOpen(false)} />
        </Suspense>
      ) : null}
    </>
  );
}
