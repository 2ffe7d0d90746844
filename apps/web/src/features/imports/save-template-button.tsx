import { Button } from '@mantine/core';
import { IconTemplate } from '@tabler/icons-react';
import { Suspense, useState } from 'react';
import { useTranslation } from 'react-i18next';
import { lazyPart } from '@/lib/i18n/i18n';
import type { ImportOptions } from './api/import.types';

const SaveTemplate = lazyPart('imports', () => import('./save-template'));

/** Keeps the options of an import as a template. @param name that is proposed for it */
export function SaveTemplateButton({
  options,
  name,
  size,
}: {
  options: ImportOptions;
  name: string;
  size?: 'xs';
}) {
  const { t } = useTranslation('imports');
  const [isOpen, setOpen] = useState(false);
  return (
    <>
      <Button
        {...(size && { size })}
        variant="default"
        leftSection={<IconTemplate size={15} />}
        onClick={() => setOpen(true)}
      >
        {t('templates.save')}
      </Button>
      {isOpen ? (
        <Suspense>
          <SaveTemplate
            options={options}
            name={name.replace(/\.[^.]+$/, '')}
            onClose={() => setOpen(false)}
          />
        </Suspense>
      ) : null}
    </>
  );
}
