import { ActionIcon, Button, Checkbox, Group, ScrollArea, Text } from '@mantine/core';
import { IconArrowDown, IconArrowUp, IconColumns3 } from '@tabler/icons-react';
import { useTranslation } from 'react-i18next';
import { Popover } from '@/lib/layers/overlays';
import type { FieldDescription, ObjectDescription } from '../object-description';
import classes from './column-chooser.module.css';

interface ColumnChooserProps {
  object: ObjectDescription;
  columns: FieldDescription[];
  /** Undefined restores the proposed columns. */
  onChange: (columns: string[] | undefined) => void;
}

/** Chooses the columns of a list and their order. */
export function ColumnChooser({ object, columns, onChange }: ColumnChooserProps) {
  const { t } = useTranslation('records');
  const keys = columns.map((field) => field.key);
  const hidden = object.fields.filter((field) => !keys.includes(field.key));
  const move = (index: number, step: number) => {
    const next = [...keys];
    const [moved] = next.splice(index, 1);
    if (moved) next.splice(index + step, 0, moved);
    onChange(next);
  };
  return (
    <Popover isDirty={false} position="bottom-end" trapFocus>
      <Popover.Target>
        <Button variant="default" size="xs" leftSection={<IconColumns3 size={15} />}>
          {t('list.columns')}
        </Button>
      </Popover.Target>
      <Popover.Dropdown aria-label={t('list.columns')} p={0} w={280}>
        <ScrollArea.Autosize mah={400} type="auto">
          <ul className={classes['list']}>
            {columns.map((field, index) => {
              const isName = field.key === object.nameField;
              return (
                <li key={field.key} className={classes['item']}>
                  <Checkbox
                    size="xs"
                    label={field.label}
                    checked
                    disabled={isName}
                    onChange={() => onChange(keys.filter((key) => key !== field.key))}
                  />
                  <Group gap={0} wrap="nowrap">
                    <ActionIcon
                      size="sm"
                      disabled={isName || index <= 1}
                      aria-label={t('list.moveUp', { field: field.label })}
                      onClick={() => move(index, -1)}
                    >
                      <IconArrowUp size={14} />
                    </ActionIcon>
                    <ActionIcon
                      size="sm"
                      disabled={isName || index === columns.length - 1}
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
              <ul className={classes['list']}>
                {hidden.map((field) => (
                  <li key={field.key} className={classes['item']}>
                    <Checkbox
                      size="xs"
                      label={field.label}
                      checked={false}
                      onChange={() => onChange([...keys, field.key])}
                    />
                  </li>
                ))}
              </ul>
            </>
          ) : null}
        </ScrollArea.Autosize>
        <div className={classes['footer']}>
          <Button variant="subtle" color="gray" size="compact-xs" onClick={() => onChange(undefined)}>
            {t('list.resetColumns')}
          </Button>
        </div>
      </Popover.Dropdown>
    </Popover>
  );
}
