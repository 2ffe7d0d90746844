import { ActionIcon, Button, SegmentedControl, Skeleton, Text } from '@mantine/core';
import { StateMessage } from '@pellucid/ui';
import {
  IconAlertTriangle,
  IconBan,
  IconDots,
  IconKey,
  IconPencil,
  IconPlus,
  IconRefresh,
} from '@tabler/icons-react';
import { useInfiniteQuery } from '@tanstack/react-query';
import { Link, useNavigate, useSearch } from '@tanstack/react-router';
import { useState } from 'react';
import { useTranslation } from 'react-i18next';
import { SettingsLayout } from '@/app/shell/settings-layout';
import { LoadMore } from '@/lib/load-more';
import { Menu } from '@/lib/layers/overlays';
import { problemText } from '@/lib/problem-text';
import { type ApiKey, apiKeysQuery, type StateFilter } from './api/api-keys';
import classes from './api-keys.module.css';
import { KeyFormDialog } from './key-form-dialog';
import { KeyState, useKeyEnd, useLastUse, useRoleName } from './key-state';
import { RevokeDialog } from './revoke-dialog';
import { RotateDialog } from './rotate-dialog';

const STATES: StateFilter[] = ['all', 'active', 'expired', 'revoked'];

/** The open dialog, and the key it is about. */
type Doing = { what: 'create' } | { what: 'edit' | 'rotate' | 'revoke'; apiKey: ApiKey };

/** Every key of the company, newest first. */
export default function ApiKeysPage() {
  const { t } = useTranslation('api-keys');
  const navigate = useNavigate();
  const search = useSearch({ strict: false }) as { state?: string };
  const state = STATES.find((key) => key === search.state) ?? 'all';
  const query = useInfiniteQuery(apiKeysQuery(state));
  const keys = query.data?.pages.flatMap((page) => page.data) ?? [];
  const [doing, setDoing] = useState<Doing | undefined>();
  const done = () => setDoing(undefined);
  const create = (
    <Button size="xs" leftSection={<IconPlus size={15} />} onClick={() => setDoing({ what: 'create' })}>
      {t('create')}
    </Button>
  );
  const isEmpty = query.isSuccess && keys.length === 0;
  return (
    <SettingsLayout part="api-keys" actions={isEmpty && state === 'all' ? undefined : create}>
      {isEmpty && state === 'all' ? (
        <StateMessage icon={<IconKey size={20} />} title={t('empty')} text={t('emptyText')}>
          {create}
        </StateMessage>
      ) : (
        <>
          <Text size="sm" c="dimmed" mb="sm">
            {t('intro')}
          </Text>
          <SegmentedControl
            size="xs"
            mb="sm"
            aria-label={t('filter')}
            data={STATES.map((value) => ({ value, label: t(`filters.${value}`) }))}
            value={state}
            onChange={(next) =>
              void navigate({
                to: '.',
                search: next === 'all' ? {} : { state: next },
                replace: true,
              } as never)
            }
          />
          {query.isPending ? (
            <Skeleton height={180} radius="md" role="status" aria-label={t('loading')} />
          ) : query.isError && keys.length === 0 ? (
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
          ) : isEmpty ? (
            <Text size="sm" c="dimmed" py="md">
              {t('noneOfState')}
            </Text>
          ) : (
            <ul className={classes['rows']}>
              {keys.map((key) => (
                <KeyRow key={key.id} apiKey={key} onDo={(what) => setDoing({ what, apiKey: key })} />
              ))}
            </ul>
          )}
        </>
      )}
      <LoadMore query={query} label={t('more')} />
      {doing?.what === 'create' ? <KeyFormDialog onClose={done} /> : null}
      {doing?.what === 'edit' ? <KeyFormDialog apiKey={doing.apiKey} onClose={done} /> : null}
      {doing?.what === 'rotate' ? <RotateDialog apiKey={doing.apiKey} onClose={done} /> : null}
      {doing?.what === 'revoke' ? <RevokeDialog apiKey={doing.apiKey} onClose={done} /> : null}
    </SettingsLayout>
  );
}

interface KeyRowProps {
  apiKey: ApiKey;
  onDo: (what: 'edit' | 'rotate' | 'revoke') => void;
}

function KeyRow({ apiKey, onDo }: KeyRowProps) {
  const { t } = useTranslation('api-keys');
  const roleName = useRoleName();
  const endOf = useKeyEnd();
  const lastUse = useLastUse();
  return (
    <li className={classes['row']} data-off={apiKey.state !== 'active' || undefined}>
      <div className={classes['who']}>
        <Link to={`/settings/api-keys/${apiKey.id}`} className={classes['name']}>
          {apiKey.name}
        </Link>
        <span className={classes['sub']}>{roleName(apiKey)}</span>
      </div>
      <div className={classes['times']}>
        <span className="pl-truncate">{lastUse(apiKey)}</span>
        <span className={classes['sub']}>{endOf(apiKey)}</span>
      </div>
      <span className={classes['state']}>
        <KeyState state={apiKey.state} />
      </span>
      {apiKey.state === 'revoked' ? (
        <span />
      ) : (
        <Menu position="bottom-end">
          <Menu.Target>
            <ActionIcon size={28} aria-label={t('moreOf', { name: apiKey.name })}>
              <IconDots size={16} />
            </ActionIcon>
          </Menu.Target>
          <Menu.Dropdown>
            <Menu.Item leftSection={<IconPencil size={15} />} onClick={() => onDo('edit')}>
              {t('edit')}
            </Menu.Item>
            <Menu.Item leftSection={<IconRefresh size={15} />} onClick={() => onDo('rotate')}>
              {t('rotate.open')}
            </Menu.Item>
            <Menu.Divider />
            <Menu.Item
              color="var(--pl-bad)"
              leftSection={<IconBan size={15} />}
              onClick={() => onDo('revoke')}
            >
              {t('revoke.open')}
            </Menu.Item>
          </Menu.Dropdown>
        </Menu>
      )}
    </li>
  );
}
