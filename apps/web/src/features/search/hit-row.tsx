import { ActionIcon, Table, Text } from '@mantine/core';
import { IconInfoCircle } from '@tabler/icons-react';
import { Link } from '@tanstack/react-router';
import { useTranslation } from 'react-i18next';
import { Popover } from '@/lib/layers/overlays';
import { fieldOf, type ObjectDescription } from '@/records/object-description';
import { iconOf } from '@/records/object-presentation';
import { MarkedText } from '@/records/search/marked-text';
import type { SearchHit } from '@/records/search/search-records';
import classes from './search-page.module.css';

/** A hit: its name, what matches besides, and on demand why it stands where it does. */
export function HitRow({ hit, object, q }: { hit: SearchHit; object: ObjectDescription; q: string }) {
  const Icon = iconOf(object);
  return (
    <li className={classes['hit']}>
      <Icon size={18} aria-hidden />
      <div className={classes['texts']}>
        <Link to={`${object.path}/${hit.id}` as never} className={classes['name']}>
          <MarkedText text={hit.title} q={q} />
        </Link>
        <Text size="xs" c="dimmed">
          {object.label}
          {hit.snippet ? (
            <>
              {' · '}
              {fieldOf(object, hit.field ?? '')?.label}: <MarkedText text={hit.snippet} q={q} />
            </>
          ) : null}
        </Text>
      </div>
      {hit.explanation ? <Why hit={hit} explanation={hit.explanation} /> : null}
    </li>
  );
}

function Why({
  hit,
  explanation: { fields, parts },
}: {
  hit: SearchHit;
  explanation: NonNullable<SearchHit['explanation']>;
}) {
  const { t } = useTranslation('search');
  return (
    <Popover position="bottom-end" withArrow shadow="md">
      <Popover.Target>
        <ActionIcon variant="subtle" color="gray" aria-label={t('why.open', { name: hit.title })}>
          <IconInfoCircle size={16} />
        </ActionIcon>
      </Popover.Target>
      <Popover.Dropdown maw={320}>
        <Text size="sm" fw={600}>
          {t('why.title')}
        </Text>
        {fields.map(({ field, label, match }) => (
          <Text key={field} size="sm">
            {t(`why.${match}`, { label })}
          </Text>
        ))}
        <Table mt="xs" verticalSpacing={2} horizontalSpacing={0} withRowBorders={false}>
          <Table.Tbody>
            {(Object.keys(parts) as (keyof typeof parts)[]).map((part) => (
              <Table.Tr key={part}>
                <Table.Td>{t(`why.parts.${part}`)}</Table.Td>
                <Table.Td ta="right">{parts[part]}</Table.Td>
              </Table.Tr>
            ))}
            <Table.Tr fw={600}>
              <Table.Td>{t('why.score')}</Table.Td>
              <Table.Td ta="right">{hit.score}</Table.Td>
            </Table.Tr>
          </Table.Tbody>
        </Table>
      </Popover.Dropdown>
    </Popover>
  );
}
