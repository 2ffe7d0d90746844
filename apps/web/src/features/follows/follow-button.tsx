import { ActionIcon } from '@mantine/core';
import { IconBellPlus, IconBellRinging } from '@tabler/icons-react';
import { useQuery } from '@tanstack/react-query';
import { useTranslation } from 'react-i18next';
import { usePageCommands } from '@/lib/page-commands';

import { type ObjectDescription, type RecordData, recordName } from '@/records/object-description';
import { followQuery } from './api/follows';
import { useFollow } from './use-follow';

/** Follows a record, or stops it. */
export default function FollowButton({ object, record }: { object: ObjectDescription; record: RecordData }) {
  const { t } = useTranslation('follows');
  const { data } = useQuery(followQuery(object.key, record.id));
  const follow = useFollow();
  const isFollowing = follow.isPending ? follow.variables.isFollowing : data?.isFollowing === true;
  const name = recordName(object, record);
  const toggle = () => follow.mutate({ object: object.key, id: record.id, name, isFollowing: !isFollowing });
  const label = t(isFollowing ? 'stop' : 'start');
  const Icon = isFollowing ? IconBellRinging : IconBellPlus;
  usePageCommands(name, data ? [{ key: 'follow', label, icon: <Icon size={16} />, run: toggle }] : []);
  return (
    <ActionIcon
      size={30}
      variant="default"
      aria-label={t('follow')}
      aria-pressed={isFollowing}
      title={isFollowing && data?.reason ? `${label}. ${t(`why.${data.reason}`)}` : label}
      disabled={!data}
      c={isFollowing ? 'var(--pl-accent)' : undefined}
      onClick={toggle}
    >
      <Icon size={16} />
    </ActionIcon>
  );
}
