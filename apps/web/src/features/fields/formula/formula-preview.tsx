import type { FormulaPreview as Preview } from '@pellucid/api-client';
import { Text } from '@mantine/core';
import { useTranslation } from 'react-i18next';
import { FIELD_TYPES } from '@pellucid/conditions';
import { FieldValue } from '@/records/fields/field-value';
import type { FieldDescription } from '@/records/object-description';
import parts from '@/app/shell/settings-parts.module.css';
import { formulaProblemText } from './formula-check';
import type { FieldDraft } from '../model/field-draft';

const SHOWN = 5;

/** What a formula gives for the latest records that the user sees. */
export function FormulaPreview({ draft, result }: { draft: FieldDraft; result: Preview }) {
  const { t } = useTranslation('fields');
  const isSuited = FIELD_TYPES[draft.type].family === FIELD_TYPES[result.type].family;
  const field: FieldDescription = {
    key: 'preview',
    label: draft.label,
    type: isSuited ? draft.type : result.type,
    required: false,
    readOnly: true,
    ...(result.scale === undefined ? {} : { scale: result.scale }),
    ...(draft.currency ? { currency: draft.currency } : {}),
  };
  if (result.data.length === 0)
    return (
      <Text size="xs" c="dimmed">
        {t('formula.noRecords')}
      </Text>
    );
  return (
    <section aria-labelledby="formula-preview">
      <h3 id="formula-preview" className={parts['heading']} style={{ marginBottom: 6 }}>
        {t('formula.preview')}
      </h3>
      <ul className={parts['rows']}>
        {result.data.slice(0, SHOWN).map(({ id, name, value, problem, withheld }) => (
          <li key={id} className={parts['row']} data-fixed>
            <span className={parts['what']}>
              <span className={parts['name']}>{name ?? `…${id.slice(-6)}`}</span>
              {problem ? <span className={parts['sub']}>{formulaProblemText(problem)}</span> : null}
            </span>
            <span>
              <FieldValue field={field} value={value} visibility={withheld ? 'hidden' : 'clear'} isPlain />
            </span>
          </li>
        ))}
      </ul>
    </section>
  );
}
