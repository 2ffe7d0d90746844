import { ActionIcon, Button, Group, SegmentedControl, Select, Text } from '@mantine/core';
import { type Condition, LINE_MATCHES, type LineMatch } from '@pellucid/conditions';
import { IconPlus, IconTrash } from '@tabler/icons-react';
import { useState } from 'react';
import { useTranslation } from 'react-i18next';
import { Form } from '@/lib/forms/form';
import { useDraft } from '@/lib/unsaved/use-draft';
import { type ObjectDescription } from '../object-description';
import { linesOf } from './condition-text';
import classes from './filter-builder.module.css';
import {
  emptyGroup,
  emptyLinesGroup,
  emptyRow,
  hasUnread,
  incompleteRows,
  isSameFilter,
  type FilterGroup,
  type FilterNode,
  type GroupKind,
  isRow,
  lackOf,
  mapNode,
  toCondition,
  toFilterGroup,
} from './filter-model';
import { RowEditor, type EditorProps } from './filter-row';

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

interface GroupEditorProps extends EditorProps {
  group: FilterGroup;
  depth: number;
  /** Whether it is part of a group about lines: there is none about lines of lines. */
  isWithinLines?: boolean;
  /** Whether the user tried to apply it. From then on, missing parts are marked. */
  isTried: boolean;
}

function GroupEditor({
  object,
  isOwnOnly,
  isWithinLines = false,
  group,
  depth,
  isTried,
  change,
}: GroupEditorProps) {
  const { t } = useTranslation('records');
  const { about } = group;
  const lines = about && linesOf(object, about.lines);
  // Within a group about lines, only their fields can be chosen.
  const asked = lines ? { ...object, label: lines.label, fields: lines.fields } : object;
  const isWithin = isOwnOnly || lines !== undefined;
  const add = (node: FilterNode) =>
    change(group.id, (current) =>
      isRow(current) ? current : { ...current, children: [...current.children, node] },
    );
  return (
    <fieldset className={depth > 1 ? classes['group'] : classes['root']}>
      <legend className={classes['legend']}>{lines?.label ?? t('filter.group')}</legend>
      {about && lines ? (
        <Select
          size="xs"
          mb={8}
          maw={320}
          aria-label={t('filter.lines.match', { lines: lines.label })}
          allowDeselect={false}
          data={LINE_MATCHES.map((match) => ({
            value: match,
            label: t('filter.lines.of', { lines: lines.label, match: t(`filter.lines.${match}`) }),
          }))}
          value={about.match}
          onChange={(match) =>
            change(group.id, (current) =>
              isRow(current) ? current : { ...current, about: { ...about, match: match as LineMatch } },
            )
          }
        />
      ) : null}
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
              object={asked}
              isOwnOnly={isWithin}
              row={child}
              lack={isTried ? lackOf(child) : undefined}
              change={change}
            />
          ) : (
            <GroupEditor
              key={child.id}
              object={asked}
              isOwnOnly={isWithin}
              isWithinLines={isWithinLines || lines !== undefined}
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
        {depth < MAX_DEPTH && !isOwnOnly && !isWithinLines && !lines
          ? object.lines
              ?.filter(({ fields }) => fields.some(({ filterable }) => filterable))
              .map(({ key, label }) => (
                <Button
                  key={key}
                  variant="subtle"
                  size="compact-xs"
                  leftSection={<IconPlus size={13} />}
                  onClick={() => add(emptyLinesGroup(key))}
                >
                  {t('filter.lines.add', { lines: label })}
                </Button>
              ))
          : null}
      </Group>
    </fieldset>
  );
}
