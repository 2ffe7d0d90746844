import { useSortable } from '@dnd-kit/sortable';
import { CSS } from '@dnd-kit/utilities';
import { ActionIcon, Badge } from '@mantine/core';
import type { Condition } from '@pellucid/conditions';
import {
  IconArrowDown,
  IconArrowUp,
  IconDots,
  IconGripVertical,
  IconPencil,
  IconPlayerPause,
  IconPlayerPlay,
  IconTrash,
} from '@tabler/icons-react';
import { useMutation } from '@tanstack/react-query';
import { useTranslation } from 'react-i18next';
import parts from '@/app/shell/settings-parts.module.css';
import { Menu } from '@/lib/layers/overlays';
import { notify } from '@/lib/notify';
import { problemText } from '@/lib/problem-text';
import { ConditionText } from '@/records/filters/condition-text';
import type { ObjectDescription } from '@/records/object-description';
import { type AssignmentRule, saveRule, type Territory } from './api/assignment';
import classes from './assignment.module.css';
import { useTargetText } from './use-target-text';

interface RuleRowProps {
  lead: ObjectDescription;
  rule: AssignmentRule;
  names: Record<string, string>;
  territories: Territory[];
  /** From 0. */
  place: number;
  count: number;
  onMove: (to: number) => void;
  onEdit: () => void;
  onDelete: () => void;
}

/** One rule: which leads it is about, and who gets them. */
export function RuleRow({
  lead,
  rule,
  names,
  territories,
  place,
  count,
  onMove,
  onEdit,
  onDelete,
}: RuleRowProps) {
  const { t } = useTranslation('assignment');
  const sortable = useSortable({ id: rule.id });
  const targetText = useTargetText(names);
  const territory = territories.find(({ id }) => id === rule.territory);
  const toggle = useMutation({
    mutationFn: () => saveRule(rule, { isActive: !rule.isActive }),
    onSuccess: () => notify({ message: t(rule.isActive ? 'turnedOff' : 'turnedOn', { rule: rule.name }) }),
    onError: (error) => notify({ message: problemText(error), color: 'red' }),
  });
  return (
    <li
      ref={sortable.setNodeRef}
      className={parts['row']}
      data-dragging={sortable.isDragging || undefined}
      style={{ transform: CSS.Transform.toString(sortable.transform), transition: sortable.transition }}
    >
      <ActionIcon
        ref={sortable.setActivatorNodeRef}
        {...sortable.attributes}
        {...sortable.listeners}
        size={24}
        className={classes['grip']}
        aria-label={t('rules.drag', { rule: rule.name })}
      >
        <IconGripVertical size={15} />
      </ActionIcon>
      <span className={classes['place']} aria-hidden>
        {place + 1}
      </span>
      <span className={parts['what']}>
        <button type="button" className={parts['open']} onClick={onEdit}>
          {rule.name}
        </button>
        <span className={parts['sub']}>
          {rule.condition ? (
            <ConditionText object={lead} condition={rule.condition as unknown as Condition} />
          ) : territory || rule.target.kind === 'territory' ? null : (
            t('rules.every')
          )}
          {territory ? `${rule.condition ? ' · ' : ''}${t('rules.within', { name: territory.name })}` : null}
        </span>
        <span className={parts['sub']}>{targetText(rule.target)}</span>
      </span>
      {rule.isActive ? null : (
        <Badge color="gray" variant="light">
          {t('off')}
        </Badge>
      )}
      <Menu position="bottom-end">
        <Menu.Target>
          <ActionIcon size={28} aria-label={t('more', { name: rule.name })}>
            <IconDots size={16} />
          </ActionIcon>
        </Menu.Target>
        <Menu.Dropdown>
          <Menu.Item leftSection={<IconPencil size={15} />} onClick={onEdit}>
            {t('edit')}
          </Menu.Item>
          <Menu.Item
            leftSection={<IconArrowUp size={15} />}
            disabled={place === 0}
            onClick={() => onMove(place - 1)}
          >
            {t('rules.up')}
          </Menu.Item>
          <Menu.Item
            leftSection={<IconArrowDown size={15} />}
            disabled={place === count - 1}
            onClick={() => onMove(place + 1)}
          >
            {t('rules.down')}
          </Menu.Item>
          <Menu.Item
            leftSection={rule.isActive ? <IconPlayerPause size={15} /> : <IconPlayerPlay size={15} />}
            onClick={() => toggle.mutate()}
          >
            {t(rule.isActive ? 'turnOff' : 'turnOn')}
          </Menu.Item>
          <Menu.Item color="var(--pl-bad)" leftSection={<IconTrash size={15} />} onClick={onDelete}>
            {t('delete.action')}
          </Menu.Item>
        </Menu.Dropdown>
      </Menu>
    </li>
  );
}
