import { ActionIcon, Button, Group, SegmentedControl, Text } from '@mantine/core';
import { type Condition } from '@pellucid/conditions';
import { IconPlus, IconTrash } from '@tabler/icons-react';
import { useState } from 'react';
import { useTranslation } from 'react-i18next';
import { Form } from '@/lib/forms/form';
import { useDraft } from '@/lib/unsaved/use-draft';
import { type ObjectDescription } from '../object-description';
import classes from './filter-builder.module.css';
import {
  emptyGroup,
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
  /** Whether the user tried to apply it. From then on, missing parts are marked. */
  isTried: boolean;
}

function GroupEditor({ object, isOwnOnly, group, depth, isTried, change }: GroupEditorProps) {
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
