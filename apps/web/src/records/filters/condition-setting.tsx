import { Button, Group, Input, Skeleton } from '@mantine/core';
import type { Condition } from '@pellucid/conditions';
import { IconFilter } from '@tabler/icons-react';
import { lazy, Suspense, useState } from 'react';
import { useTranslation } from 'react-i18next';
import { Popover, PopoverCross } from '@/lib/layers/overlays';
import { ConditionText } from './condition-text';
import type { ObjectDescription } from '../object-description';
import parts from '@/app/shell/settings-parts.module.css';
import classes from './filter-builder.module.css';

const FilterBuilder = lazy(() =>
  import('./filter-builder').then(({ FilterBuilder }) => ({ default: FilterBuilder })),
);

interface ConditionSettingProps {
  object: ObjectDescription;
  label: string;
  description: string;
  value: Condition | undefined;
  error: string | undefined;
  onChange: (condition: Condition | undefined) => void;
}

/** A condition on a record's own fields, in words and with the builder of filters. */
export function ConditionSetting({
  object,
  label,
  description,
  value,
  error,
  onChange,
}: ConditionSettingProps) {
  const { t } = useTranslation('records');
  const [isEditing, setEditing] = useState(false);
  const action = t(value ? 'filter.changeCondition' : 'filter.addCondition');
  return (
    <Input.Wrapper label={label} description={description} error={error} labelElement="div">
      <div className={classes['condition']}>
        {value ? (
          <span className={parts['sub']}>
            <ConditionText object={object} condition={value} />
          </span>
        ) : null}
        {/* The builder is a form of its own, so it can't be inside the one around it. */}
        <Popover
          position="bottom-start"
          opened={isEditing}
          onChange={setEditing}
          isToggled
          trapFocus
          closeOnClickOutside={false}
          withinPortal
        >
          <Popover.Target>
            <Button
              size="compact-xs"
              variant="default"
              leftSection={<IconFilter size={13} />}
              aria-label={`${label}: ${action}`}
            >
              {action}
            </Button>
          </Popover.Target>
          <Popover.Dropdown aria-label={label}>
            <Group justify="space-between" mb="xs">
              <span className={parts['label']}>{label}</span>
              <PopoverCross />
            </Group>
            <Suspense fallback={<Skeleton height={120} width={320} />}>
              <FilterBuilder
                object={object}
                isOwnOnly
                value={value}
                onApply={(next) => {
                  onChange(next);
                  setEditing(false);
                }}
              />
            </Suspense>
          </Popover.Dropdown>
        </Popover>
      </div>
    </Input.Wrapper>
  );
}
