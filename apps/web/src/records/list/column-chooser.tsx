import { ActionIcon, Button, Checkbox, Group, ScrollArea, Text } from '@mantine/core';
import { IconArrowDown, IconArrowUp, IconColumns3, IconPin, IconPinnedOff } from '@tabler/icons-react';
import type { CSSProperties } from 'react';
import { useTranslation } from 'react-i18next';
import { Popover } from '@/lib/layers/overlays';
import type { ObjectDescription } from '../object-description';
import { columnToken } from '../views/view-model';
import type { ShownColumn } from './use-list';

interface ColumnChooserProps {
  object: ObjectDescription;
  columns: ShownColumn[];
  /** In: columns as the URL names them. Undefined restores the proposed columns. */
  onChange: (columns: string[] | undefined) => void;
}

const LIST: CSSProperties = { margin: 0, padding: 6, listStyle: 'none' };
const ITEM: CSSProperties = {
  display: 'flex',
  alignItems: 'center',
  justifyContent: 'space-between',
  minHeight: 30,
  padding: '2px 6px',
};

/** Chooses the columns of a list and their order. */
export function ColumnChooser({ object, columns, onChange }: ColumnChooserProps) {
  const { t } = useTranslation('records');
  const keys = columns.map(({ field }) => field.key);
  const tokenOf = ({ field, width, isPinned }: ShownColumn) =>
    columnToken({
      key: field.key,
      ...(width !== undefined && { width }),
      ...(isPinned && field.key !== object.nameField && { isPinned }),
    });
  const tokens = columns.map(tokenOf);
  const hidden = object.fields.filter((field) => !keys.includes(field.key));
  const move = (index: number, step: number) => {
    const next = [...tokens];
    const [moved] = next.splice(index, 1);
    if (moved) next.splice(index + step, 0, moved);
    onChange(next);
  };
  const pin = (index: number, column: ShownColumn) =>
    onChange(tokens.with(index, tokenOf({ ...column, isPinned: !column.isPinned })));
  /** Pinned columns come first, so one moves only among its own kind. */
  const isBeside = (index: number, step: number) =>
    columns[index + step]?.isPinned === columns[index]?.isPinned &&
    columns[index + step]?.field.key !== object.nameField;
  return (
    <Popover isDirty={false} position="bottom-end" trapFocus>
      <Popover.Target>
        <Button variant="default" size="xs" leftSection={<IconColumns3 size={15} />}>
          {t('list.columns')}
        </Button>
      </Popover.Target>
      <Popover.Dropdown aria-label={t('list.columns')} p={0} w={280}>
        <ScrollArea.Autosize mah={400} type="auto">
          <ul style={LIST}>
            {columns.map((column, index) => {
              const { field, isPinned } = column;
              const isName = field.key === object.nameField;
              return (
                <li key={field.key} style={ITEM}>
                  <Checkbox
                    size="xs"
                    label={field.label}
                    checked
                    disabled={isName}
                    onChange={() => onChange(tokens.toSpliced(index, 1))}
                  />
                  <Group gap={0} wrap="nowrap">
                    {isName ? null : (
                      <ActionIcon
                        size="sm"
                        aria-pressed={isPinned}
                        aria-label={t('list.pinColumn', { field: field.label })}
                        onClick={() => pin(index, column)}
                      >
                        {isPinned ? <IconPinnedOff size={14} /> : <IconPin size={14} />}
                      </ActionIcon>
                    )}
                    <ActionIcon
                      size="sm"
                      disabled={isName || !isBeside(index, -1)}
                      aria-label={t('list.moveUp', { field: field.label })}
                      onClick={() => move(index, -1)}
                    >
                      <IconArrowUp size={14} />
                    </ActionIcon>
                    <ActionIcon
                      size="sm"
                      disabled={isName || !isBeside(index, 1)}
                      aria-label={t('list.moveDown', { field: field.label })}
                      onClick={() => move(index, 1)}
                    >
                      <IconArrowDown size={14} />
                    </ActionIcon>
                  </Group>
                </li>
              );
            })}
          </ul>
          {hidden.length ? (
            <>
              <Text size="xs" c="dimmed" px="sm" pt={4}>
                {t('list.hiddenColumns')}
              </Text>
              <ul style={LIST}>
                {hidden.map((field) => (
                  <li key={field.key} style={ITEM}>
                    <Checkbox
                      size="xs"
                      label={field.label}
                      checked={false}
                      onChange={() => onChange([...tokens, field.key])}
                    />
                  </li>
                ))}
              </ul>
            </>
          ) : null}
        </ScrollArea.Autosize>
        <div style={{ padding: 6, borderTop: '1px solid var(--pl-line)' }}>
          <Button variant="subtle" color="gray" size="compact-xs" onClick={() => onChange(undefined)}>
            {t('list.resetColumns')}
          </Button>
        </div>
      </Popover.Dropdown>
    </Popover>
  );
}
