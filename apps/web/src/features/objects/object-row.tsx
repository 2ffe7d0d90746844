import { ActionIcon, Button, Group } from '@mantine/core';
import { IconDots, IconForms, IconLayout, IconList, IconPencil, IconTrash } from '@tabler/icons-react';
import { Link, useNavigate } from '@tanstack/react-router';
import { useTranslation } from 'react-i18next';
import parts from '@/app/shell/settings-parts.module.css';
import { Menu } from '@/lib/layers/overlays';
import { useObject } from '@/records/api/describe-objects';
import type { CustomObject } from './api/custom-objects';
import { ObjectMark } from './object-mark';
import { useHoldings } from './use-holdings';

/** Pages with more settings of an object. */
const MORE = [
  { key: 'fields', to: '/settings/fields', icon: IconForms },
  { key: 'layouts', to: '/settings/layouts', icon: IconLayout },
] as const;

/** One object with its labels, its path, what it holds, and the ways to its other settings. */
export function ObjectRow({
  object,
  onEdit,
  onDelete,
}: {
  object: CustomObject;
  onEdit: () => void;
  onDelete: () => void;
}) {
  const { t } = useTranslation('objects');
  const navigate = useNavigate();
  const described = useObject(object.name);
  const holdings = useHoldings()(object);
  const search = { object: object.name };
  return (
    <li className={parts['row']} data-fixed>
      <ObjectMark icon={object.icon} color={object.color} />
      <span className={parts['what']}>
        <button type="button" className={parts['open']} onClick={onEdit}>
          {object.label}
        </button>
        <span className={parts['sub']}>{[object.pluralLabel, object.path, ...holdings].join(' · ')}</span>
      </span>
      {described ? (
        <Group gap={6} wrap="nowrap" visibleFrom="sm">
          {MORE.map(({ key, to }) => (
            <Button
              key={key}
              size="compact-xs"
              variant="default"
              component={Link}
              {...({ to, search } as object)}
              aria-label={t(`of.${key}`, { object: object.label })}
            >
              {t(key)}
            </Button>
          ))}
        </Group>
      ) : null}
      <Menu position="bottom-end">
        <Menu.Target>
          <ActionIcon size={28} aria-label={t('more', { object: object.label })}>
            <IconDots size={16} />
          </ActionIcon>
        </Menu.Target>
        <Menu.Dropdown>
          <Menu.Item leftSection={<IconPencil size={15} />} onClick={onEdit}>
            {t('edit')}
          </Menu.Item>
          {described ? (
            <>
              <Menu.Item
                leftSection={<IconList size={15} />}
                onClick={() => void navigate({ to: described.path } as never)}
              >
                {t('openList', { objects: described.pluralLabel })}
              </Menu.Item>
              {MORE.map(({ key, to, icon: Icon }) => (
                <Menu.Item
                  key={key}
                  leftSection={<Icon size={15} />}
                  onClick={() => void navigate({ to, search } as never)}
                >
                  {t(key)}
                </Menu.Item>
              ))}
            </>
          ) : null}
          <Menu.Item color="var(--pl-bad)" leftSection={<IconTrash size={15} />} onClick={onDelete}>
            {t('delete.action')}
          </Menu.Item>
        </Menu.Dropdown>
      </Menu>
    </li>
  );
}
