import { ActionIcon, Button, Group, Skeleton, Text } from '@mantine/core';
import { IconArrowsDiagonal, IconChevronDown, IconChevronUp } from '@tabler/icons-react';
import { useQuery } from '@tanstack/react-query';
import { Link } from '@tanstack/react-router';
import { useEffect } from 'react';
import { useTranslation } from 'react-i18next';
import { Drawer } from '@/lib/layers/overlays';
import { problemText } from '@/lib/problem-text';
import { recordQuery } from '../api/get-record';
import { type ObjectDescription, recordName } from '../object-description';
import PeekDetails from './peek-details';
import { usePeekOrder } from './peek-order';

interface RecordPeekProps {
  object: ObjectDescription;
  id: string;
  onOpen: (id: string) => void;
  onClose: () => void;
}

/** A record beside the list, board or calendar that shows it, with the next and the previous one: J and K or the arrow keys, Esc closes. */
export default function RecordPeek({ object, id, onOpen, onClose }: RecordPeekProps) {
  const { t } = useTranslation('views');
  const query = useQuery(recordQuery(object.path, id));
  const ids = usePeekOrder();
  const at = ids.indexOf(id);
  const previous = at > 0 ? ids[at - 1] : undefined;
  const next = at >= 0 ? ids[at + 1] : undefined;
  useEffect(() => {
    const onKey = (event: KeyboardEvent) => {
      if (event.ctrlKey || event.metaKey || event.altKey || event.defaultPrevented) return;
      if (
        event.target instanceof HTMLElement &&
        event.target.matches('input, textarea, select, [role=combobox]')
      )
        return;
      const to = ['j', 'ArrowDown'].includes(event.key)
        ? next
        : ['k', 'ArrowUp'].includes(event.key)
          ? previous
          : undefined;
      if (!to) return;
      event.preventDefault();
      onOpen(to);
    };
    document.addEventListener('keydown', onKey);
    return () => document.removeEventListener('keydown', onKey);
  }, [next, previous, onOpen]);
  const name = query.data ? recordName(object, query.data) : object.label;
  return (
    <Drawer.Root opened onClose={onClose} position="right" size="md">
      <Drawer.Overlay backgroundOpacity={0.12} />
      <Drawer.Content aria-label={name}>
        <Drawer.Header>
          <Drawer.Title className="pl-truncate" fw={600}>
            {name}
          </Drawer.Title>
          <Group gap={2} wrap="nowrap">
            <ActionIcon
              aria-label={t('peek.previous')}
              disabled={!previous}
              onClick={() => previous && onOpen(previous)}
            >
              <IconChevronUp size={16} />
            </ActionIcon>
            <ActionIcon aria-label={t('peek.next')} disabled={!next} onClick={() => next && onOpen(next)}>
              <IconChevronDown size={16} />
            </ActionIcon>
            <Button
              size="compact-xs"
              variant="subtle"
              component={Link}
              to={`${object.path}/${id}`}
              leftSection={<IconArrowsDiagonal size={14} />}
            >
              {t('peek.open')}
            </Button>
            <Drawer.CloseButton />
          </Group>
        </Drawer.Header>
        <Drawer.Body>
          {query.data ? (
            <PeekDetails key={id} object={object} record={query.data} />
          ) : query.isError ? (
            <Text size="sm" role="alert">
              {problemText(query.error)}
            </Text>
          ) : (
            <Skeleton height={240} />
          )}
        </Drawer.Body>
      </Drawer.Content>
    </Drawer.Root>
  );
}
