import { Checkbox, Select } from '@mantine/core';
import { useQuery } from '@tanstack/react-query';
import { useTranslation } from 'react-i18next';
import { useFormats } from '@/lib/format/formats';
import { recordQuery } from '@/records/api/get-record';
import { listRecords } from '@/records/api/list-records';
import { useObject, useObjects } from '@/records/api/describe-objects';
import { recordKeys } from '@/records/api/record-keys';
import { ReferencePicker } from '@/records/fields/reference-picker';
import { fieldOf, mayCreate, type ObjectDescription, PEOPLE, recordName } from '@/records/object-description';
import type { MovePlan, MovePlanChanges } from '../api/moves';
import wizard from '../import-wizard.module.css';
import classes from './moves.module.css';

/** Chosen for a stage that the move adds. */
const NEW = '$new';
/** Stages that can be chosen. */
const MOST_STAGES = 200;

interface PlanProps {
  plan: MovePlan;
  onChange: (changes: MovePlanChanges) => void;
}

type Person = MovePlan['people'][number];

/** The people of the source, and who they are here. */
export function PlannedPeople({ plan, onChange }: PlanProps) {
  const { t } = useTranslation('imports');
  const members = useObject(PEOPLE);
  if (!plan.people.length || !members) return null;
  return (
    <section className={classes['part']} aria-labelledby="move-people">
      <h2 id="move-people" className={wizard['subtitle']}>
        {t('moves.people')}
      </h2>
      <ul className={classes['list']}>
        {plan.people.map((person) => (
          <PersonRow
            key={person.key}
            person={person}
            members={members}
            onChange={(change) => onChange({ people: [{ key: person.key, ...change }] })}
          />
        ))}
      </ul>
    </section>
  );
}

function PersonRow({
  person,
  members,
  onChange,
}: {
  person: Person;
  members: ObjectDescription;
  onChange: (change: { member?: string | null; isNew?: boolean }) => void;
}) {
  const { t } = useTranslation('imports');
  const formats = useFormats();
  const chosen = useQuery({
    ...recordQuery(members.path, person.member ?? ''),
    enabled: person.member !== null,
  });
  const name = chosen.data ? recordName(members, chosen.data) : '…';
  return (
    <li className={classes['matches']}>
      <span className={classes['what']}>
        <strong>{person.name}</strong>
        <span className={classes['meta']}>
          {[person.email, t('moves.cells', { count: person.count, cells: formats.number(person.count) })]
            .filter(Boolean)
            .join(' · ')}
        </span>
      </span>
      <div>
        <ReferencePicker
          size="xs"
          object={members}
          aria-label={t('moves.personIs', { name: person.name })}
          placeholder={t(person.isNew ? 'moves.newPerson' : 'moves.nobody')}
          canCreate={false}
          people="all"
          value={person.member === null ? null : { id: person.member, name }}
          onChange={(record) => onChange({ member: record?.id ?? null })}
        />
        {person.member === null && mayCreate(members) ? (
          <Checkbox
            size="xs"
            mt={6}
            label={t('moves.addPerson')}
            aria-label={t('moves.addPersonNamed', { name: person.name })}
            checked={person.isNew}
            onChange={(event) => onChange({ isNew: event.currentTarget.checked })}
          />
        ) : null}
      </div>
    </li>
  );
}

const nameOf = (value: unknown) => (value as { name?: string } | null)?.name ?? '';

/** The stages of the source, and those here. */
export function PlannedStages({ plan, onChange }: PlanProps) {
  const { t } = useTranslation('imports');
  const formats = useFormats();
  const stages = useObject('stage');
  const path = stages?.path ?? '';
  const known = useQuery({
    queryKey: [...recordKeys.lists(path), 'for-moves'],
    queryFn: ({ signal }) => listRecords(path, { limit: MOST_STAGES }, undefined, signal),
    enabled: stages !== undefined && plan.stages.length > 0,
  });
  if (!plan.stages.length || !stages) return null;
  const byPipeline = Map.groupBy(known.data?.data ?? [], (stage) => nameOf(stage['pipeline']));
  const data = [
    ...(mayCreate(stages) ? [{ value: NEW, label: t('moves.addStage') }] : []),
    ...[...byPipeline].map(([group, own]) => ({
      group,
      items: own.map((stage) => ({ value: stage.id, label: recordName(stages, stage) })),
    })),
  ];
  return (
    <section className={classes['part']} aria-labelledby="move-stages">
      <h2 id="move-stages" className={wizard['subtitle']}>
        {t('moves.stages')}
      </h2>
      <ul className={classes['list']}>
        {plan.stages.map(({ key, name, pipeline, category, count, stage, isNew }) => (
          <li key={key} className={classes['matches']}>
            <span className={classes['what']}>
              <strong>{name}</strong>
              <span className={classes['meta']}>
                {[
                  pipeline,
                  t(`moves.category.${category}`),
                  t('moves.cells', { count, cells: formats.number(count) }),
                ]
                  .filter(Boolean)
                  .join(' · ')}
              </span>
            </span>
            <Select
              size="xs"
              aria-label={t('moves.stageIs', { name: key })}
              placeholder={t('values.choose')}
              data={data}
              value={isNew ? NEW : stage}
              allowDeselect={false}
              searchable
              onChange={(chosen) =>
                chosen &&
                onChange({ stages: [chosen === NEW ? { key, isNew: true } : { key, stage: chosen }] })
              }
            />
          </li>
        ))}
      </ul>
    </section>
  );
}

/** Values of choices that take no new options, and the options that are meant. */
export function PlannedChoices({ plan, onChange }: PlanProps) {
  const { t } = useTranslation('imports');
  const objects = useObjects();
  const rows = plan.choices.flatMap((choice) => {
    const file = plan.files.find(({ fileId }) => fileId === choice.fileId);
    const object = objects.find(({ key }) => key === file?.object);
    const field = object && fieldOf(object, choice.field);
    return file?.isIncluded && field ? [{ ...choice, file, field }] : [];
  });
  if (!rows.length) return null;
  return (
    <section className={classes['part']} aria-labelledby="move-values">
      <h2 id="move-values" className={wizard['subtitle']}>
        {t('moves.values')}
      </h2>
      <ul className={classes['list']}>
        {rows.map(({ fileId, column, value, option, file, field }) => (
          <li key={`${fileId} ${column} ${value}`} className={classes['matches']}>
            <span className={classes['what']}>
              <strong>{value}</strong>
              <span className={classes['meta']}>{`${file.name} · ${field.label}`}</span>
            </span>
            <Select
              size="xs"
              aria-label={t('values.meaningOf', { value })}
              placeholder={t('values.empty')}
              data={field.options ?? []}
              value={option}
              clearable
              searchable
              onChange={(chosen) => onChange({ choices: [{ fileId, column, value, option: chosen }] })}
            />
          </li>
        ))}
      </ul>
    </section>
  );
}
