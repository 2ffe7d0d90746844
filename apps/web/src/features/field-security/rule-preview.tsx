import { Alert, NativeSelect, Skeleton, Table, Text } from '@mantine/core';
import { IconEye, IconEyeClosed, IconEyeOff } from '@tabler/icons-react';
import { useQuery } from '@tanstack/react-query';
import { useState } from 'react';
import { useTranslation } from 'react-i18next';
import { problemText } from '@/lib/problem-text';
import { useObjects } from '@/records/api/describe-objects';
import { FieldValue } from '@/records/fields/field-value';
import { fieldOf } from '@/records/object-description';
import { type MaskedObject, type MaskingPreview, previewQuery } from './api/field-security';
import { changedRules, previewFields, type RuleDraft } from './rule-draft';
import classes from './rule-preview.module.css';

/** Real rows as a role would see them under the unsaved changes above. */
export function RulePreview({ object, draft }: { object: MaskedObject; draft: RuleDraft }) {
  const { t } = useTranslation('field-security');
  const fields = previewFields(object, draft);
  const { data, error, isPending, isPlaceholderData } = useQuery(
    previewQuery(object.object, changedRules(object, draft), fields),
  );
  const [roleId, setRoleId] = useState<string | undefined>();
  const roles = data?.data ?? [];
  // The role that best shows the effect of the rules: one that sees masked values.
  const telling = roles.find(({ access }) => Object.values(access).includes('mask')) ?? roles[0];
  const chosen = roles.find(({ role }) => role.id === roleId) ?? telling;
  const labelOf = (key: string) => object.fields.find(({ field }) => field === key)?.label ?? key;
  return (
    <section className={classes['preview']} aria-labelledby="masking-preview">
      <header className={classes['head']}>
        <h3 className={classes['title']} id="masking-preview">
          <IconEye size={16} aria-hidden /> {t('preview.title')}
        </h3>
        {chosen ? (
          <NativeSelect
            size="xs"
            aria-label={t('preview.role')}
            value={chosen.role.id}
            data={roles.map(({ role }) => ({ value: role.id, label: t('preview.as', { role: role.name }) }))}
            onChange={(event) => setRoleId(event.currentTarget.value)}
          />
        ) : null}
      </header>
      {error ? (
        <Alert color="red" variant="light" role="alert">
          {problemText(error)}
        </Alert>
      ) : isPending ? (
        <Skeleton height={120} radius="md" role="status" aria-label={t('preview.loading')} />
      ) : !chosen?.mayRead ? (
        <Text size="sm" c="dimmed">
          {t('preview.mayNotRead', { role: chosen?.role.name, objects: object.pluralLabel })}
        </Text>
      ) : chosen.rows.length === 0 ? (
        <Text size="sm" c="dimmed">
          {t('preview.noRows', { objects: object.pluralLabel })}
        </Text>
      ) : (
        // biome-ignore lint/a11y/noNoninteractiveTabindex: it scrolls, and the keyboard must reach that
        <section className={classes['scroll']} aria-label={t('preview.rows')} tabIndex={0}>
          <Table className={classes['table']} data-stale={isPlaceholderData || undefined}>
            <Table.Thead>
              <Table.Tr>
                <Table.Th>{object.label}</Table.Th>
                {data.fields.map((key) => (
                  <Table.Th key={key}>{labelOf(key)}</Table.Th>
                ))}
              </Table.Tr>
            </Table.Thead>
            <Table.Tbody>
              {chosen.rows.map((row) => (
                <Table.Tr key={row.id}>
                  <Table.Td>{row.name || '…'}</Table.Td>
                  {data.fields.map((key) => (
                    <Table.Td key={key}>
                      <Cell
                        object={object.object}
                        field={key}
                        row={row}
                        seen={chosen.access[key] ?? 'hidden'}
                        isWithheld={data.withheld.includes(key)}
                      />
                    </Table.Td>
                  ))}
                </Table.Tr>
              ))}
            </Table.Tbody>
          </Table>
        </section>
      )}
    </section>
  );
}

interface CellProps {
  object: string;
  field: string;
  row: MaskingPreview['data'][number]['rows'][number];
  seen: 'clear' | 'mask' | 'hidden';
  /** Whether the field is not unmasked for the user. */
  isWithheld: boolean;
}

function Cell({ object, field, row, seen, isWithheld }: CellProps) {
  const { t } = useTranslation('field-security');
  const objects = useObjects();
  if (seen === 'hidden')
    return (
      <span className={classes['mark']}>
        <IconEyeOff size={13} aria-hidden /> {t('preview.hidden')}
      </span>
    );
  if (isWithheld) return <span className={classes['quiet']}>{t('preview.withheld')}</span>;
  const value = row.values[field];
  if (seen === 'mask')
    return (
      <span className={classes['mark']} data-masked>
        {typeof value === 'string' && value ? (
          value
        ) : (
          <span className={classes['quiet']}>{t('preview.masked')}</span>
        )}
        <IconEyeClosed size={14} aria-hidden />
        {typeof value === 'string' && value ? (
          <span className={classes['reader']}>{t('preview.masked')}</span>
        ) : null}
      </span>
    );
  const description = objects.find(({ key }) => key === object);
  const described = description && fieldOf(description, field);
  if (!described) return <>{typeof value === 'string' ? value : ''}</>;
  return <FieldValue field={described} value={value} record={{ id: row.id, version: 1, [field]: value }} />;
}
