import { Button, Group, Skeleton, Text } from '@mantine/core';
import { StateMessage } from '@pellucid/ui';
import { IconAlertTriangle, IconFlask, IconPlus, IconUserShare } from '@tabler/icons-react';
import { useQuery } from '@tanstack/react-query';
import { useState } from 'react';
import { useTranslation } from 'react-i18next';
import { SettingsLayout } from '@/app/shell/settings-layout';
import { problemText } from '@/lib/problem-text';
import { useObject } from '@/records/api/describe-objects';
import { type AssignmentRule, rulesQuery, type Territory, territoriesQuery } from './api/assignment';
import classes from './assignment.module.css';
import { DeleteDialog } from './delete-dialog';
import { RuleDialog } from './rule-dialog';
import { RuleList } from './rule-list';
import { TerritoryDialog } from './territory-dialog';
import { TerritoryList } from './territory-list';
import { TryDialog } from './try-dialog';

type Open =
  | { kind: 'try' }
  | { kind: 'rule'; rule?: AssignmentRule }
  | { kind: 'territory'; territory?: Territory }
  | { kind: 'delete'; rule: AssignmentRule }
  | { kind: 'delete'; territory: Territory };

/** The rules by which leads are assigned, in order, and the territories. */
export default function AssignmentPage() {
  const { t } = useTranslation('assignment');
  const lead = useObject('lead');
  const rules = useQuery(rulesQuery);
  const territories = useQuery(territoriesQuery);
  const [open, setOpen] = useState<Open | undefined>();
  const close = () => setOpen(undefined);
  const failed = rules.error ?? territories.error;
  const found =
    rules.data && territories.data ? { rules: rules.data, territories: territories.data } : undefined;
  const add = (
    <Button size="xs" leftSection={<IconPlus size={15} />} onClick={() => setOpen({ kind: 'rule' })}>
      {t('rules.add')}
    </Button>
  );
  return (
    <SettingsLayout
      part="assignment"
      actions={
        found?.rules.data.length ? (
          <Group gap="xs">
            <Button
              size="xs"
              variant="default"
              leftSection={<IconFlask size={15} />}
              onClick={() => setOpen({ kind: 'try' })}
            >
              {t('try.action')}
            </Button>
            {add}
          </Group>
        ) : null
      }
    >
      <Text size="sm" c="dimmed" mb="md" maw={720}>
        {t('intro')}
      </Text>
      {failed && !found ? (
        <StateMessage
          role="alert"
          icon={<IconAlertTriangle size={20} />}
          title={t('failed')}
          text={problemText(failed)}
        >
          <Button
            size="xs"
            onClick={() => {
              void rules.refetch();
              void territories.refetch();
            }}
          >
            {t('retry')}
          </Button>
        </StateMessage>
      ) : !found || !lead ? (
        <Skeleton height={240} radius="md" role="status" aria-label={t('loading')} />
      ) : (
        <>
          {found.rules.data.length ? (
            <RuleList
              lead={lead}
              rules={found.rules.data}
              names={found.rules.names}
              territories={found.territories.data}
              onEdit={(rule) => setOpen({ kind: 'rule', rule })}
              onDelete={(rule) => setOpen({ kind: 'delete', rule })}
            />
          ) : (
            <StateMessage
              icon={<IconUserShare size={20} />}
              title={t('rules.none')}
              text={t('rules.noneText')}
            >
              {add}
            </StateMessage>
          )}
          <section className={classes['territories']} aria-labelledby="territories">
            <TerritoryList
              lead={lead}
              territories={found.territories.data}
              names={found.territories.names}
              onOpen={(territory) => setOpen({ kind: 'territory', ...(territory ? { territory } : {}) })}
              onDelete={(territory) => setOpen({ kind: 'delete', territory })}
            />
          </section>
          {open?.kind === 'rule' ? (
            <RuleDialog
              lead={lead}
              rule={open.rule}
              names={found.rules.names}
              territories={found.territories.data}
              onClose={close}
            />
          ) : null}
          {open?.kind === 'territory' ? (
            <TerritoryDialog
              lead={lead}
              territory={open.territory}
              names={found.territories.names}
              onClose={close}
            />
          ) : null}
          {open?.kind === 'delete' ? <DeleteDialog {...open} onClose={close} /> : null}
          {open?.kind === 'try' ? <TryDialog lead={lead} onClose={close} /> : null}
        </>
      )}
    </SettingsLayout>
  );
}
