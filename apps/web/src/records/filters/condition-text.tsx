import {
  type Condition,
  FIELD_TYPES,
  type FieldType,
  type Leaf,
  linkKey,
  operatorLabel,
  OPERATORS,
  type RecordLink,
  splitPath,
  type ValueFamily,
} from '@pellucid/conditions';
import { useQuery } from '@tanstack/react-query';
import type { TFunction } from 'i18next';
import { useTranslation } from 'react-i18next';
import { useFormats, type Formats } from '@/lib/format/formats';
import { useMe } from '@/lib/session/use-me';
import { labelFromKey } from '../access/field-visibility';
import { useObject, useObjects } from '../api/describe-objects';
import { recordQuery } from '../api/get-record';
import {
  type FieldDescription,
  fieldOf,
  type LinesDescription,
  type ObjectDescription,
  recordName,
} from '../object-description';

/** In: the key of lines, or of one of their fields. Out: the lines, if the object has them and the user sees them. */
export function linesOf(object: ObjectDescription, path: string): LinesDescription | undefined {
  return object.lines?.find(({ key }) => path === key || path.startsWith(`${key}.`));
}

/** In: a dotted path. Out: the field at its end and the labels along the path. */
export function resolvePath(
  objects: ObjectDescription[],
  object: ObjectDescription,
  path: string,
): { field: FieldDescription; labels: string[] } | undefined {
  let current: ObjectDescription | undefined = object;
  let field: FieldDescription | undefined;
  const labels: string[] = [];
  const lines = linesOf(object, path);
  const ofLine = lines?.fields.find(({ key }) => key === path);
  if (lines && ofLine) return { field: ofLine, labels: [ofLine.label] };
  for (const key of splitPath(path)) {
    field = current && fieldOf(current, key);
    if (!field) return undefined;
    labels.push(field.label);
    const target: string | undefined = field.references;
    current = objects.find((candidate) => candidate.key === target);
  }
  return field && { field, labels };
}

/** Families whose values come before and after each other. */
const DATED = new Set<ValueFamily>(['date', 'datetime']);

/** In: an operator and the type of its field. Out: its name in the user's language; in English, the API's own. */
export function nameOfOperator(t: TFunction, op: Leaf['op'], type?: FieldType): string {
  const isDate = type && DATED.has(FIELD_TYPES[type].family);
  const names = [...(isDate ? [`records:operators.dates.${op}`] : []), `records:operators.${op}`];
  return t(names, { defaultValue: operatorLabel(op, type) });
}

function plainValue(
  t: TFunction,
  formats: Formats,
  field: FieldDescription | undefined,
  value: unknown,
): string {
  if (typeof value === 'boolean') return t(value ? 'records:value.yes' : 'records:value.no');
  const text = String(value ?? '');
  const option = field?.options?.find((candidate) => candidate.value === text);
  if (option) return option.label;
  if (!field) return text;
  const { family, isAmount } = FIELD_TYPES[field.type];
  if (family === 'date' && /^\d{4}-\d\d-\d\d/.test(text)) return formats.date(text);
  if (family !== 'decimal' || !/^-?\d/.test(text)) return text;
  if (!isAmount) return formats.editableNumber(text, true);
  // Amounts in several currencies are compared by value. Other amounts are in their record's currency.
  return field.ownCurrency && !field.comparedBy ? formats.number(text) : formats.money(text, field.currency);
}

/** Whether a value to compare with is a record of any object. */
function isLink(value: unknown): value is RecordLink {
  return typeof value === 'object' && value !== null && 'object' in value;
}

/** In: a value to compare with. Out: the role, if any record in the role is meant. */
const roleOf = (value: unknown): string | undefined =>
  typeof value === 'object' && value !== null && !('object' in value) && 'role' in value
    ? String(value.role)
    : undefined;

function ReferenceName({ objectKey, id }: { objectKey: string; id: string }) {
  const target = useObject(objectKey);
  const { user } = useMe();
  const isSelf = id === user.memberId;
  const query = useQuery({ ...recordQuery(target?.path ?? '', id), enabled: Boolean(target) && !isSelf });
  if (isSelf) return user.name;
  return target && query.data ? recordName(target, query.data) : '…';
}

function LeafText({ object, leaf }: { object: ObjectDescription; leaf: Leaf }) {
  const { t } = useTranslation();
  const objects = useObjects();
  const formats = useFormats();
  const found = resolvePath(objects, object, leaf.field);
  const label = (found?.labels ?? splitPath(leaf.field).map(labelFromKey)).join(' › ');
  const operator = nameOfOperator(t, leaf.op, found?.field.type);
  const { arity } = OPERATORS[leaf.op];
  if (arity === 'none') {
    const isNegated = leaf.value === false;
    return (
      <>
        {label} <em>{isNegated ? `${t('records:filter.not')} (${operator})` : operator}</em>
      </>
    );
  }
  if (arity === 'days') {
    return (
      <>
        {label} <em>{operator.replace('…', String(leaf.value))}</em>
      </>
    );
  }
  const values = Array.isArray(leaf.value) ? leaf.value : [leaf.value];
  const shown = values.slice(0, 3);
  const references = found?.field.references;
  return (
    <>
      {label} <em>{operator}</em>{' '}
      {shown.map((value, index) => (
        <span key={isLink(value) ? linkKey(value) : (roleOf(value) ?? String(value))}>
          {index > 0 ? (arity === 'two' ? ' – ' : ', ') : ''}
          {isLink(value) ? (
            <>
              <ReferenceName objectKey={value.object} id={value.id} />
              {value.role ? ` (${plainValue(t, formats, found?.field, value.role)})` : ''}
            </>
          ) : references && typeof value === 'string' ? (
            <ReferenceName objectKey={references} id={value} />
          ) : (
            plainValue(t, formats, found?.field, roleOf(value) ?? value)
          )}
        </span>
      ))}
      {values.length > shown.length ? ` +${values.length - shown.length}` : ''}
    </>
  );
}

/** A condition in words: "Industry is Retail or Employees is at least 500". */
export function ConditionText({ object, condition }: { object: ObjectDescription; condition: Condition }) {
  const { t } = useTranslation('records');
  if ('not' in condition) {
    return (
      <>
        {t('filter.not')} (<ConditionText object={object} condition={condition.not} />)
      </>
    );
  }
  if ('field' in condition) return <LeafText object={object} leaf={condition} />;
  if ('lines' in condition) {
    const { lines, match, where } = condition;
    const isAnything = 'all' in where && where.all.length === 0;
    return (
      <>
        {linesOf(object, lines)?.label ?? labelFromKey(lines)} <em>{t(`filter.lines.${match}`)}</em>
        {isAnything ? null : (
          <>
            : <ConditionText object={object} condition={where} />
          </>
        )}
      </>
    );
  }
  const children = 'all' in condition ? condition.all : condition.any;
  const word = t('all' in condition ? 'filter.and' : 'filter.or');
  return children.map((child, index) => (
    // Parts of a sentence have no identity but their place.
    // biome-ignore lint/suspicious/noArrayIndexKey: see above
    <span key={index}>
      {index > 0 ? ` ${word} ` : ''}
      <ConditionText object={object} condition={child} />
    </span>
  ));
}
