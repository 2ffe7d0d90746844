import { ActionIcon, Badge } from '@mantine/core';
import { IconDots, IconPencil, IconPlayerPause, IconPlayerPlay, IconTrash } from '@tabler/icons-react';
import { useMutation } from '@tanstack/react-query';
import { useTranslation } from 'react-i18next';
import parts from '@/app/shell/settings-parts.module.css';
import { Menu } from '@/lib/layers/overlays';
import { notify } from '@/lib/notify';
import { problemText } from '@/lib/problem-text';
import { useObjects } from '@/records/api/describe-objects';
import { fieldOf } from '@/records/object-description';
import { type DuplicateRule, saveRule } from './api/duplicate-rules';

interface RuleRowProps {
  rule: DuplicateRule;
  onEdit: () => void;
  onDelete: () => void;
}

/** One rule: what it compares, and what it does. */
export function RuleRow({ rule, onEdit, onDelete }: RuleRowProps) {
  const { t, i18n } = useTranslation('duplicate-rules');
  const objects = useObjects();
  const list = new Intl.ListFormat(i18n.language, { type: 'conjunction' });
  const described = (key: string) => objects.find((object) => object.key === key);
  const [first = ''] = rule.objects;
  const compared = rule.conditions.map(({ method, fields }) => {
    const object = described(first);
    const labels = (fields[first] ?? []).map((key) => (object && fieldOf(object, key)?.label) ?? key);
    return t(`compares.${method}`, { fields: list.format(labels) });
  });
  const names = rule.objects.map((key) => described(key)?.pluralLabel ?? key);
  const toggle = useMutation({
    mutationFn: () => saveRule(rule, { isActive: !rule.isActive }),
    onSuccess: () => notify({ message: t(rule.isActive ? 'turnedOff' : 'turnedOn', { rule: rule.name }) }),
    onError: (error) => notify({ message: problemText(error), color: 'red' }),
  });
  const doing = (['onCreate', 'onUpdate', 'onImport'] as const)
    .filter((when) => rule[when] !== 'off')
    .map((when) => t(`does.${when}.${rule[when]}`));
  return (
    <li className={parts['row']} data-fixed>
      <span className={parts['what']}>
        <button type="button" className={parts['open']} onClick={onEdit}>
          {rule.name}
        </button>
        <span className={parts['sub']}>{[list.format(names), ...compared].join(' · ')}</span>
        <span className={parts['sub']}>{doing.length ? list.format(doing) : t('does.nothing')}</span>
      </span>
      {!rule.isActive ? (
        <Badge color="gray" variant="light">
          {t('off')}
        </Badge>
      ) : rule.isReady ? null : (
        <Badge color="yellow" variant="light" title={t('preparingHelp')}>
          {t('preparing')}
        </Badge>
      )}
      <Menu position="bottom-end">
        <Menu.Target>
          <ActionIcon size={28} aria-label={t('more', { rule: rule.name })}>
            <IconDots size={16} />
          </ActionIcon>
        </Menu.Target>
        <Menu.Dropdown>
          <Menu.Item leftSection={<IconPencil size={15} />} onClick={onEdit}>
            {t('edit')}
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
