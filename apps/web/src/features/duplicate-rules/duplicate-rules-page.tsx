import { Button, Group, Skeleton, Text } from '@mantine/core';
import { StateMessage } from '@pellucid/ui';
import { IconAlertTriangle, IconCopyCheck, IconPlus, IconSearch } from '@tabler/icons-react';
import { useMutation, useQuery } from '@tanstack/react-query';
import { useState } from 'react';
import { useTranslation } from 'react-i18next';
import { SettingsLayout } from '@/app/shell/settings-layout';
import parts from '@/app/shell/settings-parts.module.css';
import { notify } from '@/lib/notify';
import { problemText } from '@/lib/problem-text';
import { type DuplicateRule, duplicateRulesQuery, startSearch } from './api/duplicate-rules';
import { DeleteRuleDialog } from './delete-rule-dialog';
import { RuleDialog } from './rule-dialog';
import { RuleRow } from './rule-row';

type Open = { kind: 'add' } | { kind: 'edit' | 'delete'; rule: DuplicateRule };

/** The rules that say when records are duplicates. */
export default function DuplicateRulesPage() {
  const { t } = useTranslation('duplicate-rules');
  const query = useQuery(duplicateRulesQuery);
  const [open, setOpen] = useState<Open | undefined>();
  const close = () => setOpen(undefined);
  const search = useMutation({
    mutationFn: startSearch,
    onSuccess: () => notify({ message: t('search.started') }),
    onError: (error) => notify({ message: problemText(error), color: 'red' }),
  });
  const rules = query.data ?? [];
  const add = (
    <Button size="xs" leftSection={<IconPlus size={15} />} onClick={() => setOpen({ kind: 'add' })}>
      {t('add')}
    </Button>
  );
  return (
    <SettingsLayout
      part="duplicates"
      actions={
        rules.length ? (
          <Group gap="xs">
            <Button
              size="xs"
              variant="default"
              leftSection={<IconSearch size={15} />}
              loading={search.isPending}
              onClick={() => search.mutate()}
            >
              {t('search.start')}
            </Button>
            {add}
          </Group>
        ) : null
      }
    >
      <Text size="sm" c="dimmed" mb="md" maw={720}>
        {t('intro')}
      </Text>
      {query.isPending ? (
        <Skeleton height={200} radius="md" role="status" aria-label={t('loading')} />
      ) : query.isError && !rules.length ? (
        <StateMessage
          role="alert"
          icon={<IconAlertTriangle size={20} />}
          title={t('failed')}
          text={problemText(query.error)}
        >
          <Button size="xs" onClick={() => void query.refetch()}>
            {t('retry')}
          </Button>
        </StateMessage>
      ) : rules.length ? (
        <ul className={parts['rows']} aria-label={t('title')}>
          {rules.map((rule) => (
            <RuleRow
              key={rule.id}
              rule={rule}
              onEdit={() => setOpen({ kind: 'edit', rule })}
              onDelete={() => setOpen({ kind: 'delete', rule })}
            />
          ))}
        </ul>
      ) : (
        <StateMessage icon={<IconCopyCheck size={20} />} title={t('none')} text={t('noneText')}>
          {add}
        </StateMessage>
      )}
      {open?.kind === 'add' ? <RuleDialog onClose={close} /> : null}
      {open?.kind === 'edit' ? <RuleDialog rule={open.rule} onClose={close} /> : null}
      {open?.kind === 'delete' ? <DeleteRuleDialog rule={open.rule} onClose={close} /> : null}
    </SettingsLayout>
  );
}
