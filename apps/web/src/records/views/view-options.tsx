import { ActionIcon, Button, Group, MultiSelect, Stack, SegmentedControl, Select, Text } from '@mantine/core';
import { FIELD_TYPES } from '@pellucid/conditions';
import { IconAdjustmentsHorizontal, IconPlus, IconTrash } from '@tabler/icons-react';
import { lazy, Suspense, useState } from 'react';
import { useTranslation } from 'react-i18next';
import { Dialog } from '@/app/shell/dialog';
import { Popover } from '@/lib/layers/overlays';
import { ConditionText } from '../filters/condition-text';
import type { ListState } from '../list/use-list';
import { type FieldDescription, fieldOf, type ObjectDescription } from '../object-description';
import {
  type ColourRule,
  ROW_HEIGHTS,
  type RowHeight,
  VIEW_COLOURS,
  VIEW_KINDS,
  type ViewKind,
  type ViewTotal,
} from './view-model';

const FilterBuilder = lazy(() =>
  import('../filters/filter-builder').then(({ FilterBuilder }) => ({ default: FilterBuilder })),
);

const PERIODS = ['day', 'week', 'month', 'quarter', 'year'] as const;
const TOTALS = ['sum', 'avg', 'min', 'max'] as const;
const MOST_RULES = 10;
const MOST_TOTALS = 5;

const family = (field: FieldDescription) => FIELD_TYPES[field.type].family;
/** Fields with few values, by which records are grouped. */
export const isGroupable = (field: FieldDescription) =>
  Boolean(field.filterable) &&
  !field.isSystem &&
  !field.encrypted &&
  ['choice', 'boolean', 'reference', 'set'].includes(family(field));
const isChoice = (field: FieldDescription) => family(field) === 'choice';
export const isDated = (field: FieldDescription) =>
  Boolean(field.filterable) && ['date', 'datetime'].includes(family(field));
const isSummable = (field: FieldDescription) => Boolean(field.filterable) && family(field) === 'decimal';

const optionsOf = (fields: FieldDescription[]) => fields.map(({ key, label }) => ({ value: key, label }));

interface ViewOptionsProps {
  object: ObjectDescription;
  state: ListState;
}

/** How a view looks: as list, board or calendar, its groups, height of rows and colours. */
export default function ViewOptions({ object, state }: ViewOptionsProps) {
  const { t } = useTranslation('views');
  const { content, setContent, setSearch, kind } = state;
  const [editing, setEditing] = useState<number | undefined>();
  const groupable = object.fields.filter(isGroupable);
  const dated = object.fields.filter(isDated);
  // A choice, such as a state, makes a better board than an owner.
  const boardFields = [...groupable].sort((a, b) => Number(isChoice(b)) - Number(isChoice(a)));
  const show = (next: ViewKind) => {
    const board = content.board ?? (boardFields[0] && { field: boardFields[0].key });
    const calendar = content.calendar ?? (dated[0] && { field: dated[0].key });
    setSearch({
      kind: next,
      ...(next === 'board' && board && { board }),
      ...(next === 'calendar' && calendar && { calendar }),
    });
  };
  const kinds = VIEW_KINDS.filter(
    (each) => each === 'list' || (each === 'board' ? boardFields.length : dated.length) > 0,
  );
  const colours = content.colours ?? [];
  const setColours = (next: ColourRule[]) => setContent({ colours: next.length ? next : undefined });
  return (
    <>
      <Popover isDirty={false} position="bottom-end" trapFocus>
        <Popover.Target>
          <Button variant="default" size="xs" leftSection={<IconAdjustmentsHorizontal size={15} />}>
            {t('options')}
          </Button>
        </Popover.Target>
        <Popover.Dropdown aria-label={t('options')}>
          <Stack gap={14} w={320}>
            {kinds.length > 1 ? (
              <div>
                <Text size="xs" fw={500} mb={4} id="view-kind">
                  {t('showAs')}
                </Text>
                <SegmentedControl
                  size="xs"
                  fullWidth
                  aria-labelledby="view-kind"
                  value={kind}
                  data={kinds.map((value) => ({ value, label: t(`kinds.${value}`) }))}
                  onChange={(value) => show(value as ViewKind)}
                />
              </div>
            ) : null}
            {kind === 'board' && content.board ? (
              <>
                <Select
                  size="xs"
                  label={t('boardField')}
                  data={optionsOf(boardFields)}
                  value={content.board.field}
                  allowDeselect={false}
                  onChange={(field) => field && setContent({ board: { field } })}
                />
                <Totals
                  object={object}
                  value={content.board.totals}
                  onChange={(totals) =>
                    content.board && setContent({ board: withTotals(content.board, totals) })
                  }
                />
              </>
            ) : null}
            {kind === 'calendar' && content.calendar ? (
              <Select
                size="xs"
                label={t('calendarField')}
                data={optionsOf(dated)}
                value={content.calendar.field}
                allowDeselect={false}
                onChange={(field) => field && setContent({ calendar: { field } })}
              />
            ) : null}
            {kind === 'list' ? (
              <>
                <Select
                  size="xs"
                  label={t('groupBy')}
                  placeholder={t('notGrouped')}
                  clearable
                  clearButtonProps={{ 'aria-label': t('notGrouped') }}
                  data={optionsOf([...groupable, ...dated])}
                  value={content.group?.field ?? null}
                  onChange={(field) => setContent({ group: field ? groupBy(object, field) : undefined })}
                />
                {content.group?.by ? (
                  <Select
                    size="xs"
                    label={t('period')}
                    data={PERIODS.map((value) => ({ value, label: t(`periods.${value}`) }))}
                    value={content.group.by}
                    allowDeselect={false}
                    onChange={(by) =>
                      content.group &&
                      by &&
                      setContent({ group: { ...content.group, by: by as (typeof PERIODS)[number] } })
                    }
                  />
                ) : null}
                {content.group ? (
                  <Totals
                    object={object}
                    value={content.group.totals}
                    onChange={(totals) =>
                      content.group && setContent({ group: withTotals(content.group, totals) })
                    }
                  />
                ) : null}
                <div>
                  <Text size="xs" fw={500} mb={4} id="view-height">
                    {t('rowHeight')}
                  </Text>
                  <SegmentedControl
                    size="xs"
                    fullWidth
                    aria-labelledby="view-height"
                    value={content.rowHeight ?? 'normal'}
                    data={ROW_HEIGHTS.map((value) => ({ value, label: t(`rowHeights.${value}`) }))}
                    onChange={(value) => setContent({ rowHeight: value as RowHeight })}
                  />
                </div>
              </>
            ) : null}
            <div>
              <Text size="xs" fw={500} mb={4}>
                {t('colours')}
              </Text>
              {colours.map((rule, index) => (
                // biome-ignore lint/suspicious/noArrayIndexKey: rules have no identity but their place
                <Group key={index} gap={6} wrap="nowrap">
                  <Select
                    size="xs"
                    w={104}
                    aria-label={t('colour')}
                    data={VIEW_COLOURS.map((value) => ({ value, label: t(`colourNames.${value}`) }))}
                    value={rule.colour}
                    allowDeselect={false}
                    onChange={(colour) =>
                      colour &&
                      setColours(colours.with(index, { ...rule, colour: colour as ColourRule['colour'] }))
                    }
                  />
                  <Button
                    size="compact-xs"
                    variant="subtle"
                    color="gray"
                    flex={1}
                    miw={0}
                    onClick={() => setEditing(index)}
                  >
                    <ConditionText object={object} condition={rule.when} />
                  </Button>
                  <ActionIcon
                    aria-label={t('removeColour')}
                    onClick={() => setColours(colours.toSpliced(index, 1))}
                  >
                    <IconTrash size={14} />
                  </ActionIcon>
                </Group>
              ))}
              {colours.length < MOST_RULES ? (
                <Button
                  variant="subtle"
                  size="compact-xs"
                  leftSection={<IconPlus size={13} />}
                  onClick={() => setEditing(colours.length)}
                >
                  {t('addColour')}
                </Button>
              ) : null}
            </div>
          </Stack>
        </Popover.Dropdown>
      </Popover>
      {editing !== undefined ? (
        <Dialog title={t('colourWhen')} size="lg" onClose={() => setEditing(undefined)}>
          <Suspense fallback={<div aria-busy />}>
            <FilterBuilder
              object={object}
              isOwnOnly
              value={colours[editing]?.when}
              onApply={(when) => {
                const before = colours[editing];
                const unused = VIEW_COLOURS.find((each) => !colours.some(({ colour }) => colour === each));
                const rule = when && { when, colour: before?.colour ?? unused ?? 'gray' };
                setColours(
                  rule
                    ? before
                      ? colours.with(editing, rule)
                      : [...colours, rule]
                    : colours.filter((_, index) => index !== editing),
                );
                setEditing(undefined);
              }}
            />
          </Suspense>
        </Dialog>
      ) : null}
    </>
  );
}

function groupBy(object: ObjectDescription, key: string) {
  const field = fieldOf(object, key);
  return { field: key, ...(field && isDated(field) && { by: 'month' as const }) };
}

const withTotals = <Layout extends { totals?: ViewTotal[] }>(
  { totals: _, ...layout }: Layout,
  totals: ViewTotal[],
) => ({
  ...layout,
  ...(totals.length && { totals }),
});

/** Chooses the figures in the heads of groups or columns. */
function Totals({
  object,
  value = [],
  onChange,
}: {
  object: ObjectDescription;
  value: ViewTotal[] | undefined;
  onChange: (totals: ViewTotal[]) => void;
}) {
  const { t } = useTranslation('views');
  const fields = object.fields.filter(isSummable);
  if (fields.length === 0) return null;
  return (
    <MultiSelect
      size="xs"
      label={t('totals')}
      maxValues={MOST_TOTALS}
      data={fields.map((field) => ({
        group: field.label,
        items: TOTALS.map((fn) => ({
          value: `${fn} ${field.key}`,
          label: t(`totalOf.${fn}`, { field: field.label }),
        })),
      }))}
      value={value.map(({ fn, field }) => `${fn} ${field}`)}
      onChange={(chosen) =>
        onChange(
          chosen.map((text) => {
            const [fn = 'sum', field = ''] = text.split(' ');
            return { fn: fn as ViewTotal['fn'], field };
          }),
        )
      }
    />
  );
}
