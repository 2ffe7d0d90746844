import { Text } from '@mantine/core';
import { useTranslation } from 'react-i18next';
import parts from '@/app/shell/settings-parts.module.css';
import type { FieldPartProps } from '../field-dialog';
import { AutoNumberEditor } from './auto-number-editor';
import { FormulaEditor } from './formula-editor';
import { RollupEditor } from './rollup-editor';

const EDITORS = { formula: FormulaEditor, rollup: RollupEditor, autoNumber: AutoNumberEditor };

/** How the product works out the values of a field, and what happens to the records that are there. */
export function ComputedSettings(props: FieldPartProps) {
  const { t } = useTranslation('fields');
  const kind = props.draft.computed;
  if (!kind) return null;
  const Editor = EDITORS[kind];
  return (
    <fieldset className={parts['group']}>
      <legend className={parts['legend']}>{t(`types.${kind}.label`)}</legend>
      <Editor {...props} />
      <Text size="xs" c="dimmed">
        {t(`computed.records.${kind}${props.isNew ? '' : 'Changed'}`, { objects: props.object.pluralLabel })}
      </Text>
    </fieldset>
  );
}
