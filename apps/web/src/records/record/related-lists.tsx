import { FIELD_TYPES, isSet } from '@pellucid/conditions';
import { Button, Skeleton, Text } from '@mantine/core';
import { IconPlus } from '@tabler/icons-react';
import { useQuery } from '@tanstack/react-query';
import { Link } from '@tanstack/react-router';
import { useTranslation } from 'react-i18next';
import { recordPanelsFor } from '@/app/features';
import { useFormats } from '@/lib/format/formats';
import { problemText } from '@/lib/problem-text';
import { useObjects } from '../api/describe-objects';
import { shortListQuery } from '../api/list-records';
import { FieldValue } from '../fields/field-value';
import { fieldValueOf } from '../fields/field-place';
import { defaultColumns } from '../list/default-columns';
import { useRecordForm } from '../form/record-form-context';
import {
  type FieldDescription,
  fieldOf,
  mayCreate,
  type ObjectDescription,
  type RecordData,
  recordName,
} from '../object-description';
import { iconOf } from '../object-presentation';
import classes from './related-lists.module.css';

const SHOWN = 6;
/** References that make no useful list: all records that somebody owns, for instance, would flood the owner's page. */
const NOT_RELATED = new Set(['owner', 'legalEntity', 'tags', 'createdBy', 'updatedBy']);

interface Relation {
  object: ObjectDescription;
  /** The field of that object that refers to this record. */
  field: FieldDescription;
}

/** Every field of every object that refers to this one, so that new objects appear here automatically. */
function relationsOf(objects: ObjectDescription[], target: ObjectDescription): Relation[] {
  const shown = recordPanelsFor(target).flatMap(({ shows }) => shows ?? []);
  return objects.flatMap((object) =>
    object.fields
      .filter(
        (field) =>
          field.linksTo?.includes(target.key) ||
          (field.references === target.key && FIELD_TYPES[field.type].family === 'reference'),
      )
      .filter((field) => field.filterable !== false && !NOT_RELATED.has(field.key))
      .filter((field) => !shown.some((one) => one.object === object.key && one.field === field.key))
      .map((field) => ({ object, field })),
  );
}

/** Lists of the records that refer to this one, one for each referring field. */
export function RelatedLists({ object, record }: { object: ObjectDescription; record: RecordData }) {
  const { t } = useTranslation('records');
  const relations = relationsOf(useObjects(), object);
  if (relations.length === 0) {
    return (
      <Text size="sm" c="dimmed">
        {t('related.nothing')}
      </Text>
    );
  }
  return (
    <div className={classes['lists']}>
      {relations.map(({ object: other, field }) => (
        <RelatedList
          key={`${other.key}.${field.key}`}
          relation={{ object: other, field }}
          isOneOfSeveral={relations.filter((relation) => relation.object === other).length > 1}
          target={object}
          record={record}
        />
      ))}
      <Text size="sm" c="dimmed" className={classes['nothing']}>
        {t('related.nothing')}
      </Text>
    </div>
  );
}

/** Whether users can add records to the record's page; the system alone links records to those of other objects. */
export function hasOwnRelations(objects: ObjectDescription[], target: ObjectDescription): boolean {
  return relationsOf(objects, target).some(({ field }) => !field.readOnly);
}

function RelatedList({
  relation: { object, field },
  isOneOfSeveral,
  target,
  record,
}: {
  relation: Relation;
  /** Whether records of the object refer to this one by other fields too, so that only the field tells the lists apart. */
  isOneOfSeveral: boolean;
  target: ObjectDescription;
  record: RecordData;
}) {
  const { t } = useTranslation('records');
  const formats = useFormats();
  const forms = useRecordForm();
  const reference = { id: record.id, name: recordName(target, record) };
  const link = field.linksTo && { object: target.key, ...reference };
  const isList = isSet(FIELD_TYPES[field.type].family);
  const filter = {
    field: field.key,
    op: isList ? ('contains' as const) : ('eq' as const),
    value: link ? { object: link.object, id: link.id } : record.id,
  };
  const query = useQuery(shortListQuery(object, { filter, limit: SHOWN, count: 'capped' }));
  const Icon = iconOf(object);
  const { keyFacts } = object.presentation;
  const sameObject = object.key === target.key;
  const title =
    sameObject || isOneOfSeveral
      ? t('related.own', { objects: object.pluralLabel, field: field.label })
      : object.pluralLabel;
  const count = query.data?.count;
  const facts = [...keyFacts, ...defaultColumns(object)]
    .filter((key, index, all) => all.indexOf(key) === index && key !== field.key && key !== object.nameField)
    .map((key) => fieldOf(object, key))
    .filter((candidate) => candidate !== undefined)
    .slice(0, 3);
  const id = `related-${object.key}-${field.key}`;
  // A list of links that only the system makes (converted leads, for instance) is shown only if it has entries.
  if (field.readOnly && !query.data?.data.length) return null;
  return (
    <section className="pl-card" aria-labelledby={id}>
      <header className={classes['header']}>
        <Icon size={16} aria-hidden className={classes['icon']} />
        <h2 id={id} className={classes['title']}>
          {title}
        </h2>
        {count ? (
          <span className={classes['count']}>
            {formats.number(count.value)}
            {count.capped ? '+' : ''}
          </span>
        ) : null}
        {mayCreate(object) && !field.readOnly ? (
          <Button
            variant="subtle"
            size="compact-xs"
            leftSection={<IconPlus size={13} />}
            className={classes['add']}
            aria-label={t('related.addNamed', { object: object.label })}
            onClick={() =>
              forms.openCreate(object, {
                values: { [field.key]: isList ? [link ?? reference] : (link ?? reference) },
                onSaved: () => undefined,
              })
            }
          >
            {t('related.add')}
          </Button>
        ) : null}
      </header>
      {query.isPending ? (
        <div className={classes['rows']}>
          {[72, 58, 64].map((width) => (
            <div key={width} className={classes['row']}>
              <Skeleton height={10} width={`${width}%`} />
            </div>
          ))}
        </div>
      ) : query.isError ? (
        <div className={classes['note']} role="alert">
          {problemText(query.error)}{' '}
          <Button variant="subtle" size="compact-xs" onClick={() => void query.refetch()}>
            {t('retry')}
          </Button>
        </div>
      ) : query.data.data.length === 0 ? (
        <p className={classes['note']}>{t('related.none', { objects: object.pluralLabel })}</p>
      ) : (
        <>
          <ul className={classes['rows']}>
            {query.data.data.map((row) => (
              <li key={row.id} className={classes['row']}>
                <Link to={`${object.path}/${row.id}`} className={classes['name']}>
                  {recordName(object, row)}
                </Link>
                {facts.map((fact) => (
                  <span key={fact.key} className={classes['fact']} title={fact.label}>
                    <FieldValue field={fact} value={fieldValueOf(row, fact)} record={row} isPlain />
                  </span>
                ))}
              </li>
            ))}
          </ul>
          {query.data.page.hasMore ? (
            <Link to={object.path} search={{ filter } as never} className={classes['all']}>
              {t('related.all', { objects: object.pluralLabel })}
            </Link>
          ) : null}
        </>
      )}
    </section>
  );
}
