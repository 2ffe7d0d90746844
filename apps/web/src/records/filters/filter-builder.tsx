import {
  ActionIcon,
  Button,
  Group,
  SegmentedControl,
  Select,
  TagsInput,
  MultiSelect,
  Text,
} from '@mantine/core';
import {
  type Condition,
  FIELD_TYPES,
  isOperator,
  OPERATORS,
  type Operator,
  operatorsFor,
  type RecordLink,
} from '@pellucid/conditions';
import { IconPlus, IconTrash } from '@tabler/icons-react';
import { useQueries } from '@tanstack/react-query';
import { useState } from 'react';
import { useTranslation } from 'react-i18next';
import { useObject, useObjects } from '../api/describe-objects';
import { recordQuery } from '../api/get-record';
import { Form } from '@/lib/forms/form';
import { readDate, readNumber } from '@/lib/typed/readings';
import { TypedListInput } from '@/lib/typed/typed-list-input';
import { TypedNumberInput } from '@/lib/typed/typed-number-input';
import { UnreadText } from '@/lib/typed/unread-text';
import { useFormats } from '@/lib/format/formats';
import { useDraft } from '@/lib/unsaved/use-draft';
import { WEB_FIELD_TYPES } from '../field-types';
import { FieldInput } from '../fields/field-input';
import type { PeopleOffered } from '../fields/people-to-choose';
import { MultiReferencePicker, ReferencePicker } from '../fields/reference-picker';
import {
  type FieldDescription,
  isLinkedRecord,
  type ObjectDescription,
  recordName,
} from '../object-description';
import { nameOfOperator, resolvePath } from './condition-text';
import classes from './filter-builder.module.css';
import {
  changeOperator,
  emptyGroup,
  emptyRow,
  hasUnread,
  incompleteRows,
  isSameFilter,
  type FilterGroup,
  type FilterNode,
  type FilterRow,
  type GroupKind,
  isRow,
  lackOf,
  mapNode,
  toCondition,
  toFilterGroup,
} from './filter-model';

/** Deeper groups are hard to read, though the API allows them. */
const MAX_DEPTH = 3;

interface FilterBuilderProps {
  object: ObjectDescription;
  value: Condition | undefined;
  /** Offers only the object's own fields, not those of referenced objects. */
  isOwnOnly?: boolean;
  onApply: (condition: Condition | undefined) => void;
}

/** Edits a condition tree over the filterable fields of an object and of the objects it references. */
export function FilterBuilder({ object, value, isOwnOnly = false, onApply }: FilterBuilderProps) {
  const { t } = useTranslation('records');
  const [start] = useState<FilterGroup>(() => {
    const group = toFilterGroup(value);
    return group.children.length ? group : { ...group, children: [emptyRow()] };
  });
  const [root, setRoot] = useState(start);
  useDraft(() => !isSameFilter(root, start));
  const [isTried, setTried] = useState(false);
  const incomplete = isTried ? incompleteRows(root) : [];
  const change = (id: string, replace: (node: FilterNode) => FilterNode | undefined) =>
    setRoot((current) => mapNode(current, id, replace));
  return (
    <Form
      className={classes['builder']}
      onSubmit={() => {
        setTried(true);
        // Reports an incomplete condition instead of dropping it, and asks about text that can't be read.
        if (!hasUnread(root) && incompleteRows(root).length === 0) onApply(toCondition(root));
      }}
    >
      <GroupEditor
        object={object}
        isOwnOnly={isOwnOnly}
        group={root}
        depth={1}
        isTried={isTried}
        change={change}
      />
      {incomplete.length > 0 ? (
        <Text size="xs" c="var(--pl-bad)" role="alert" mt={6}>
          {t('filter.incomplete', { count: incomplete.length })}
        </Text>
      ) : null}
      <Group justify="space-between" mt="sm">
        <Button variant="subtle" color="gray" size="xs" onClick={() => onApply(undefined)}>
          {t('filter.clear')}
        </Button>
        <Button type="submit" size="xs">
          {t('filter.apply')}
        </Button>
      </Group>
    </Form>
  );
}

interface EditorProps {
  object: ObjectDescription;
  isOwnOnly: boolean;
  /** Whether the user tried to apply it. From then on, missing parts are marked. */
  isTried: boolean;
  change: (id: string, replace: (node: FilterNode) => FilterNode | undefined) => void;
}

function GroupEditor({
  object,
  isOwnOnly,
  group,
  depth,
  isTried,
  change,
}: EditorProps & { group: FilterGroup; depth: number }) {
  const { t } = useTranslation('records');
  const add = (node: FilterNode) =>
    change(group.id, (current) =>
      isRow(current) ? current : { ...current, children: [...current.children, node] },
    );
  return (
    <fieldset className={depth > 1 ? classes['group'] : classes['root']}>
      <legend className={classes['legend']}>{t('filter.group')}</legend>
      <Group gap="xs" mb={8} justify="space-between" wrap="nowrap">
        <SegmentedControl
          size="xs"
          aria-label={t('filter.groupKind')}
          value={group.kind}
          onChange={(kind) =>
            change(group.id, (current) => ({ ...current, kind: kind as GroupKind }) as FilterGroup)
          }
          data={(['all', 'any', 'none'] as const).map((kind) => ({
            value: kind,
            label: t(`filter.kinds.${kind}`),
          }))}
        />
        {depth > 1 ? (
          <ActionIcon aria-label={t('filter.removeGroup')} onClick={() => change(group.id, () => undefined)}>
            <IconTrash size={15} />
          </ActionIcon>
        ) : null}
      </Group>
      <div className={classes['rows']}>
        {group.children.map((child) =>
          isRow(child) ? (
            <RowEditor
              key={child.id}
              object={object}
              isOwnOnly={isOwnOnly}
              row={child}
              lack={isTried ? lackOf(child) : undefined}
              change={change}
            />
          ) : (
            <GroupEditor
              key={child.id}
              object={object}
              isOwnOnly={isOwnOnly}
              group={child}
              depth={depth + 1}
              isTried={isTried}
              change={change}
            />
          ),
        )}
      </div>
      <Group gap={4} mt={8}>
        <Button
          variant="subtle"
          size="compact-xs"
          leftSection={<IconPlus size={13} />}
          onClick={() => add(emptyRow())}
        >
          {t('filter.addRow')}
        </Button>
        {depth < MAX_DEPTH ? (
          <Button
            variant="subtle"
            size="compact-xs"
            leftSection={<IconPlus size={13} />}
            onClick={() => add(emptyGroup('any', [emptyRow()]))}
          >
            {t('filter.addGroup')}
          </Button>
        ) : null}
      </Group>
    </fieldset>
  );
}

/** Own fields first, then those of referenced objects, grouped by reference. */
function useFieldChoices(object: ObjectDescription, isOwnOnly: boolean) {
  const objects = useObjects();
  const { t } = useTranslation('records');
  const isFilterable = (field: FieldDescription) => field.filterable !== false;
  const own = object.fields.filter(isFilterable).map((field) => ({ value: field.key, label: field.label }));
  const through = (isOwnOnly ? [] : object.fields)
    .filter((field) => FIELD_TYPES[field.type].family === 'reference' && isFilterable(field))
    .flatMap((field) => {
      const target = objects.find((candidate) => candidate.key === field.references);
      const items = (target?.fields ?? [])
        .filter((inner) => isFilterable(inner) && !inner.references)
        .map((inner) => ({ value: `${field.key}.${inner.key}`, label: `${field.label} › ${inner.label}` }));
      return items.length ? [{ group: field.label, items }] : [];
    });
  return [{ group: t('filter.ownFields', { object: object.label }), items: own }, ...through];
}

interface RowEditorProps extends Omit<EditorProps, 'isTried'> {
  row: FilterRow;
  /** The missing part to mark. */
  lack: ReturnType<typeof lackOf>;
}

function RowEditor({ object, isOwnOnly, row, lack, change }: RowEditorProps) {
  const { t } = useTranslation();
  const objects = useObjects();
  const choices = useFieldChoices(object, isOwnOnly);
  const field = row.field ? resolvePath(objects, object, row.field)?.field : undefined;
  const set = (next: FilterRow) => change(row.id, () => next);
  return (
    <div className={classes['row']}>
      <Select
        size="xs"
        className={classes['field']}
        aria-label={t('records:filter.field')}
        placeholder={t('records:filter.field')}
        searchable
        error={lack === 'field' ? t('records:filter.lacks.field') : undefined}
        data={choices}
        value={row.field || null}
        onChange={(path) => {
          const next = path ? resolvePath(objects, object, path)?.field : undefined;
          const first = next ? operatorsFor(next.type, next.encrypted)[0] : undefined;
          const isText = next && FIELD_TYPES[next.type].family === 'text';
          const favourite = isText && !next.encrypted ? 'contains' : first;
          set(emptyRowAt(row, path ?? '', favourite ?? ''));
        }}
      />
      <Select
        size="xs"
        className={classes['operator']}
        aria-label={t('records:filter.operator')}
        disabled={!field}
        error={lack === 'operator' ? t('records:filter.lacks.operator') : undefined}
        allowDeselect={false}
        data={(field ? operatorsFor(field.type, field.encrypted) : []).map((op) => ({
          value: op,
          label: nameOfOperator(t, op, field?.type),
        }))}
        value={row.op || null}
        onChange={(op) => isOperator(op) && set(changeOperator(row, op))}
      />
      <div className={classes['value']}>
        {field && isOperator(row.op) ? (
          <ValueEditor
            field={field}
            op={row.op}
            value={row.value}
            onChange={(value) => set({ ...row, value })}
          />
        ) : null}
        {lack === 'value' ? (
          <Text size="xs" c="var(--pl-bad)" mt={2} data-error="true">
            {t('records:filter.lacks.value')}
          </Text>
        ) : null}
      </div>
      <ActionIcon aria-label={t('records:filter.removeRow')} onClick={() => change(row.id, () => undefined)}>
        <IconTrash size={15} />
      </ActionIcon>
    </div>
  );
}

function emptyRowAt(row: FilterRow, field: string, op: Operator | ''): FilterRow {
  return { ...emptyRow(field, op), id: row.id };
}

interface ValueEditorProps {
  field: FieldDescription;
  op: Operator;
  value: unknown;
  onChange: (value: unknown) => void;
}

function ValueEditor({ field, op, value, onChange }: ValueEditorProps) {
  const { t } = useTranslation('records');
  const target = useObject(field.references);
  const { family, isMultiline } = FIELD_TYPES[field.type];
  const plain = { ...field, required: false };
  const { baseCurrency } = useFormats();
  const currency = field.currencyField && !field.comparedBy ? undefined : (field.currency ?? baseCurrency);
  const note = field.comparedBy ? t('filter.byValue', { currency: baseCurrency }) : undefined;
  switch (OPERATORS[op].arity) {
    case 'none':
      return null;
    case 'days':
      return (
        <TypedNumberInput
          size="xs"
          min={1}
          decimals={0}
          aria-label={`${t('filter.days')} (${t('filter.daysUnit')})`}
          value={value instanceof UnreadText ? value : typeof value === 'number' ? String(value) : ''}
          onChange={(next) =>
            onChange(typeof next !== 'string' ? next : next === '' ? undefined : Number(next))
          }
        />
      );
    case 'two': {
      const [low, high] = Array.isArray(value) ? value : [];
      return (
        <div className={classes['pair']}>
          <FieldInput
            size="xs"
            field={{ ...plain, label: t('filter.from') }}
            value={low}
            currency={currency}
            description={note}
            onChange={(next) => onChange([next, high])}
          />
          <FieldInput
            size="xs"
            field={{ ...plain, label: t('filter.to') }}
            value={high}
            currency={currency}
            description={note}
            onChange={(next) => onChange([low, next])}
          />
        </div>
      );
    }
    case 'list':
      if (field.linksTo)
        return <LinksToCompare field={plain} links={Array.isArray(value) ? value : []} onChange={onChange} />;
      if (target)
        return (
          <ReferenceIds
            target={target}
            people="all"
            ids={Array.isArray(value) ? value.map(String) : []}
            onChange={onChange}
          />
        );
      if (field.options) {
        return (
          <MultiSelect
            size="xs"
            aria-label={field.label}
            data={field.options}
            value={Array.isArray(value) ? value.map(String) : []}
            onChange={onChange}
          />
        );
      }
      if (family === 'decimal' || family === 'date')
        return <TypedValues field={field} value={value} onChange={onChange} />;
      return (
        <TagsInput
          size="xs"
          aria-label={field.label}
          placeholder={t('filter.values')}
          value={Array.isArray(value) ? value.map(String) : []}
          onChange={onChange}
        />
      );
    default:
      if (field.linksTo)
        return (
          <LinksToCompare
            field={plain}
            links={value ? [value as RecordLink] : []}
            isSingle
            onChange={(links) => onChange(links[0])}
          />
        );
      if (target) {
        const ids = typeof value === 'string' ? [value] : [];
        return (
          <ReferenceIds
            target={target}
            people="all"
            ids={ids}
            isSingle
            onChange={(next) => onChange(next[0])}
          />
        );
      }
      if (family === 'boolean') {
        return (
          <Select
            size="xs"
            aria-label={field.label}
            data={[
              { value: 'true', label: t('value.yes') },
              { value: 'false', label: t('value.no') },
            ]}
            value={typeof value === 'boolean' ? String(value) : null}
            onChange={(next) => onChange(next === null ? undefined : next === 'true')}
          />
        );
      }
      if (family === 'set' && field.options) {
        return (
          <Select
            size="xs"
            aria-label={field.label}
            data={field.options}
            value={(value as string) ?? null}
            onChange={onChange}
          />
        );
      }
      return (
        <FieldInput
          size="xs"
          field={plain}
          widget={isMultiline ? 'text' : undefined}
          value={value}
          currency={currency}
          description={note}
          onChange={onChange}
        />
      );
  }
}

/** Records of any objects to compare with. Conditions hold no names, so they are looked up for display. */
function LinksToCompare({
  field,
  links,
  isSingle = false,
  onChange,
}: {
  field: FieldDescription;
  links: RecordLink[];
  isSingle?: boolean;
  onChange: (links: RecordLink[]) => void;
}) {
  const objects = useObjects();
  const targets = links.map(({ object }) => objects.find(({ key }) => key === object));
  const queries = useQueries({
    queries: links.map(({ id }, n) => ({
      ...recordQuery(targets[n]?.path ?? '', id),
      enabled: targets[n] !== undefined,
    })),
  });
  const value = links.map((link, n) => {
    const record = queries[n]?.data;
    return { ...link, name: record && targets[n] ? recordName(targets[n], record) : '…' };
  });
  return (
    <FieldInput
      size="xs"
      field={field}
      widget={isSingle ? 'link' : 'links'}
      canCreate={false}
      value={isSingle ? value[0] : value}
      onChange={(next) =>
        onChange(
          [next ?? []]
            .flat()
            .filter(isLinkedRecord)
            .map(({ object, id }) => ({ object, id })),
        )
      }
    />
  );
}

/** Several numbers, amounts or dates to compare with. */
function TypedValues({
  field,
  value,
  onChange,
}: {
  field: FieldDescription;
  value: unknown;
  onChange: (value: unknown) => void;
}) {
  const formats = useFormats();
  const { t } = useTranslation('app');
  const { family, isAmount } = FIELD_TYPES[field.type];
  const { fromDecimal = String } = WEB_FIELD_TYPES[field.type];
  const isByValue = isAmount && !(field.currencyField && !field.comparedBy);
  const currency = isByValue ? (field.currency ?? formats.baseCurrency) : undefined;
  const isDate = family === 'date';
  return (
    <TypedListInput
      aria-label={field.label}
      placeholder={t('records:filter.values')}
      value={Array.isArray(value) ? value.map(String) : []}
      read={(text) =>
        isDate
          ? readDate(text, formats, t)
          : readNumber(text, { decimals: field.scale, currency, min: field.min, max: field.max }, formats, t)
      }
      show={(stored) =>
        isDate
          ? formats.date(stored)
          : currency
            ? formats.money(stored, currency)
            : formats.editableNumber(stored)
      }
      ask={(text, readings) => t('typed.canMean', { text, readings: readings.join(' · ') })}
      onChange={(next) => onChange(next.map((typed) => fromDecimal(typed, field)))}
    />
  );
}

/** Picks records where only IDs are stored. Looks up their names for display. */
export function ReferenceIds({
  target,
  ids,
  isSingle,
  people,
  onChange,
}: {
  target: ObjectDescription;
  ids: string[];
  isSingle?: boolean;
  people?: PeopleOffered;
  onChange: (ids: string[]) => void;
}) {
  const queries = useQueries({ queries: ids.map((id) => recordQuery(target.path, id)) });
  const references = ids.map((id, index) => {
    const record = queries[index]?.data;
    return { id, name: record ? recordName(target, record) : '…' };
  });
  if (isSingle) {
    return (
      <ReferencePicker
        size="xs"
        aria-label={target.label}
        object={target}
        canCreate={false}
        {...(people && { people })}
        value={references[0] ?? null}
        onChange={(next) => onChange(next ? [next.id] : [])}
      />
    );
  }
  return (
    <MultiReferencePicker
      size="xs"
      aria-label={target.label}
      object={target}
      canCreate={false}
      {...(people && { people })}
      value={references}
      onChange={(next) => onChange(next.map(({ id }) => id))}
    />
  );
}
