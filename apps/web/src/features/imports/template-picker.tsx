import { Select } from '@mantine/core';
import { useQuery } from '@tanstack/react-query';
import { useTranslation } from 'react-i18next';
import { type ImportTemplate, importTemplatesQuery } from './api/import-templates';
import type { Inspection } from './api/import.types';

interface TemplatePickerProps {
  inspection: Inspection;
  /** Key of the object that the list is for, if it is for one. */
  object: string | undefined;
  template: ImportTemplate | undefined;
  isDisabled: boolean;
  onTemplate: (template: ImportTemplate) => void;
}

/** Chooses a template to start with: those that fit the file's columns best come first. Shows nothing if there are none. */
export function TemplatePicker({
  inspection,
  object,
  template,
  isDisabled,
  onTemplate,
}: TemplatePickerProps) {
  const { t } = useTranslation('imports');
  const { data: templates = [] } = useQuery(importTemplatesQuery);
  const usable = templates.filter((one) => object === undefined || one.object === object);
  if (!usable.length) return null;
  const columns = new Set(inspection.columns.map(({ name }) => name));
  const matches = ({ options }: ImportTemplate) =>
    Object.keys(options.mapping).filter((column) => columns.has(column)).length;
  return (
    <Select
      label={t('templates.use')}
      placeholder={t('templates.choose')}
      data={[...usable]
        .sort((a, b) => matches(b) - matches(a))
        .map((one) => ({
          value: one.id,
          label: one.name,
          disabled: matches(one) === 0,
        }))}
      value={template?.id ?? null}
      searchable
      allowDeselect={false}
      disabled={isDisabled}
      onChange={(id) => {
        const chosen = usable.find((one) => one.id === id);
        if (chosen) onTemplate(chosen);
      }}
    />
  );
}
