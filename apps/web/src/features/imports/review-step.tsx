import { FIELD_TYPES, notationOf } from '@pellucid/conditions';
import { Alert, Anchor, Button, Group, Text } from '@mantine/core';
import { IconAlertTriangle } from '@tabler/icons-react';
import type { ReactNode } from 'react';
import type { TFunction } from 'i18next';
import { useTranslation } from 'react-i18next';
import { ApiProblem } from '@/lib/api-problem';
import { useFormats } from '@/lib/format/formats';
import { problemText } from '@/lib/problem-text';
import type { ObjectDescription } from '@/records/object-description';
import type { ImportOptions, Inspection, Reading } from './api/import.types';
import { DryRun } from './dry-run';
import { type ImportChoices, linesChoice, mappedKeys } from './import-choices';
import { ReadSamples } from './column-reading';
import { filledLines, importTargets } from './import-targets';
import classes from './import-wizard.module.css';
import { SaveTemplateButton } from './save-template-button';
import { useTargetLabels } from './use-target-labels';

interface ReviewStepProps {
  object: ObjectDescription;
  inspection: Inspection;
  choices: ImportChoices;
  reading: Reading;
  error: Error | null;
  options: ImportOptions | undefined;
  onGo: (step: number) => void;
  /** ID of the dry run of these choices. */
  dryRunId: string | undefined;
  onDryRun: () => void;
}

/** Previews the import's results from a dry run, and lists its settings. */
export function ReviewStep({
  object,
  inspection,
  choices,
  error,
  options,
  onGo,
  dryRunId,
  onDryRun,
}: ReviewStepProps) {
  const { t } = useTranslation('imports');
  const formats = useFormats();
  const labels = useTargetLabels();
  const targets = new Map(importTargets(object, labels).map((field) => [field.key, field]));
  const label = (key: string) => targets.get(key)?.label ?? key;
  const used = Object.entries(choices.columns).filter(([, choice]) => choice.targets.length > 0);
  const skipped = inspection.columns.filter(({ name }) => !choices.columns[name]?.targets.length);
  const references = used.flatMap(([name, choice]) =>
    choice.targets.flatMap((key) => {
      const field = targets.get(key);
      return field && FIELD_TYPES[field.type].family === 'reference' ? [{ name, field, choice }] : [];
    }),
  );
  const lines = filledLines(object, mappedKeys(choices));
  const replaced = used.flatMap(([name, { values }]) =>
    Object.entries(values).map(([from, to]) => ({ name, from, to })),
  );
  const problems = error ? problemsOf(error, t) : [];
  const read = inspection.columns.filter(
    ({ name, reading }) =>
      reading &&
      choices.columns[name]?.targets.some((key) => {
        const target = targets.get(key);
        return target && notationOf(target.type) === reading.kind;
      }),
  );
  const rows = formats.number(inspection.totalEstimate);
  return (
    <>
      {problems.length ? (
        <Alert
          color="red"
          variant="light"
          mb="md"
          role="alert"
          title={t('review.refused')}
          icon={<IconAlertTriangle size={18} />}
        >
          {problems.map((message) => (
            <Text key={message} size="sm">
              {message}
            </Text>
          ))}
          {error instanceof ApiProblem && error.code === 'previewOutdated' ? (
            <Button size="xs" mt="xs" variant="default" onClick={onDryRun}>
              {t('preview.again')}
            </Button>
          ) : null}
        </Alert>
      ) : null}
      <Group justify="space-between" gap="xs" mb="md">
        <Text size="sm">
          {t(`review.sentence.${choices.mode}`, {
            count: inspection.totalEstimate,
            rows: inspection.totalIsExact ? rows : t('review.about', { rows }),
            objects: object.pluralLabel,
            keys: choices.matchBy.map(label).join(' + '),
          })}
        </Text>
        {options ? <SaveTemplateButton options={options} name={inspection.name} size="xs" /> : null}
      </Group>
      {error ? null : <DryRun id={dryRunId} onAgain={onDryRun} />}
      <dl className={classes['review']}>
        <Entry title={t('review.file')} onEdit={() => onGo(0)}>
          {inspection.name}
          <br />
          {inspection.encoding?.toUpperCase() ?? inspection.sheet}
          {inspection.dateOrder ? ` · ${t(`dateOrder.${inspection.dateOrder}`)}` : ''}
        </Entry>
        {read.length ? (
          <Entry title={t('reading.title')} onEdit={() => onGo(1)}>
            {read.map((column) => (
              <div key={column.name}>
                <Text size="xs" c="dimmed">
                  {column.name}
                </Text>
                <ReadSamples column={column} />
              </div>
            ))}
          </Entry>
        ) : null}
        <Entry title={t('review.fields', { count: used.length })} onEdit={() => onGo(1)}>
          <ul className={classes['pairs']}>
            {used.map(([name, choice]) => (
              <li key={name}>
                <span>{name}</span> → {choice.targets.map(label).join(', ')}
              </li>
            ))}
          </ul>
        </Entry>
        {skipped.length ? (
          <Entry title={t('review.skipped', { count: skipped.length })} onEdit={() => onGo(1)}>
            {skipped.map(({ name }) => name).join(', ')}
          </Entry>
        ) : null}
        {lines.length && choices.mode !== 'create' ? (
          <Entry title={t('review.lines')} onEdit={() => onGo(2)}>
            <ul className={classes['pairs']}>
              {lines.map((each) => {
                const { mode, matchBy } = linesChoice(each, choices);
                const by = each.fields.find(({ key }) => key === matchBy)?.label;
                return (
                  <li key={each.key}>
                    <span>{each.label}</span> · {t(`identify.lines.${mode}.title`, { field: by })}
                  </li>
                );
              })}
            </ul>
          </Entry>
        ) : null}
        {references.length ? (
          <Entry title={t('review.references')} onEdit={() => onGo(1)}>
            <ul className={classes['pairs']}>
              {references.map(({ name, field, choice }) => (
                <li key={`${name}.${field.key}`}>
                  <span>{field.label}</span> · {t(`review.unknown.${choice.unknown}`)}
                </li>
              ))}
            </ul>
          </Entry>
        ) : null}
        {replaced.length ? (
          <Entry title={t('review.values', { count: replaced.length })} onEdit={() => onGo(1)}>
            <ul className={classes['pairs']}>
              {replaced.slice(0, 12).map(({ name, from, to }) => (
                <li key={`${name}.${from}`}>
                  <span>{from}</span> → {to ?? t('values.empty')}
                </li>
              ))}
            </ul>
          </Entry>
        ) : null}
      </dl>
    </>
  );
}

function Entry({ title, onEdit, children }: { title: string; onEdit: () => void; children: ReactNode }) {
  const { t } = useTranslation('imports');
  return (
    <div className={classes['entry']}>
      <dt>
        {title}
        <Anchor
          component="button"
          type="button"
          size="xs"
          onClick={onEdit}
          aria-label={t('review.changeNamed', { what: title })}
        >
          {t('review.change')}
        </Anchor>
      </dt>
      <dd>{children}</dd>
    </div>
  );
}

/** Returns why an import is refused, in the language of the reader. */
function problemsOf(error: Error, t: TFunction<'imports'>): string[] {
  if (!(error instanceof ApiProblem)) return [problemText(error)];
  if (error.code === 'previewOutdated')
    return [t(`preview.outdated.${error.document['changed'] as 'file' | 'options' | 'data'}`)];
  return error.fields.length ? error.fields.map(({ message }) => message) : [problemText(error)];
}
