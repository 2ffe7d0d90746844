import { ActionIcon, Button, Text } from '@mantine/core';
import type { Condition } from '@pellucid/conditions';
import { IconPlus, IconTrash } from '@tabler/icons-react';
import { useTranslation } from 'react-i18next';
import parts from '@/app/shell/settings-parts.module.css';
import { ConditionText } from '@/records/filters/condition-text';
import type { ObjectDescription } from '@/records/object-description';
import type { Territory } from './api/assignment';

/** The territories, by name. */
export function TerritoryList({
  lead,
  territories,
  names,
  onOpen,
  onDelete,
}: {
  lead: ObjectDescription;
  territories: Territory[];
  names: Record<string, string>;
  /** Opens one, or a new one. */
  onOpen: (territory?: Territory) => void;
  onDelete: (territory: Territory) => void;
}) {
  const { t } = useTranslation('assignment');
  return (
    <>
      <div className={parts['head']}>
        <h2 className={parts['heading']} id="territories">
          {t('territories.title')}
        </h2>
        <span className={parts['count']} />
        <Button
          size="compact-xs"
          variant="default"
          leftSection={<IconPlus size={13} />}
          onClick={() => onOpen()}
        >
          {t('territories.add')}
        </Button>
      </div>
      <Text size="sm" c="dimmed" mb="xs" maw={720}>
        {t('territories.intro')}
      </Text>
      {territories.length ? (
        <ul className={parts['rows']} aria-labelledby="territories">
          {territories.map((territory) => (
            <li key={territory.id} className={parts['row']} data-fixed>
              <span className={parts['what']}>
                <button type="button" className={parts['open']} onClick={() => onOpen(territory)}>
                  {territory.name}
                </button>
                <span className={parts['sub']}>
                  <ConditionText object={lead} condition={territory.condition as unknown as Condition} />
                </span>
                <span className={parts['sub']}>
                  {t('to.team', { name: names[territory.team] ?? t('unknown') })}
                </span>
              </span>
              <ActionIcon
                size={28}
                aria-label={t('territories.delete', { name: territory.name })}
                onClick={() => onDelete(territory)}
              >
                <IconTrash size={15} />
              </ActionIcon>
            </li>
          ))}
        </ul>
      ) : null}
    </>
  );
}
