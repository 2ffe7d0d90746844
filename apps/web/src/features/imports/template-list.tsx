import { useQuery } from '@tanstack/react-query';
import { useTranslation } from 'react-i18next';
import KeptTemplateList from '@/lib/kept-templates/template-list';
import { useObjects } from '@/records/api/describe-objects';
import { changeTemplate, importTemplatesQuery, removeTemplate } from './api/import-templates';

/** All templates of imports that the user can use. */
export default function TemplateList({ onClose }: { onClose: () => void }) {
  const { t } = useTranslation('imports');
  const objects = useObjects();
  return (
    <KeptTemplateList
      query={useQuery(importTemplatesQuery)}
      none={t('templates.none')}
      about={({ object, leftOut }) =>
        [
          objects.find(({ key }) => key === object)?.pluralLabel ?? object,
          ...(leftOut.length ? [t('templates.leftOut', { count: leftOut.length })] : []),
        ].join(' · ')
      }
      onChange={changeTemplate}
      onRemove={removeTemplate}
      onClose={onClose}
    />
  );
}
