import { Alert, Button, Skeleton } from '@mantine/core';
import { StateMessage } from '@pellucid/ui';
import { IconLinkOff, IconMailOff } from '@tabler/icons-react';
import { useMutation, useQuery } from '@tanstack/react-query';
import { Link, useSearch } from '@tanstack/react-router';
import { useTranslation } from 'react-i18next';
import { problemText } from '@/lib/problem-text';
import { useDocumentTitle } from '@/lib/use-document-title';
import { describeStopLink, type StopLink, stopMails } from './api/stopped-mails';

/** Target of the link in mails that turns them off. Opening it changes nothing: programs that look for viruses do that too. */
export default function StopMailsPage() {
  const { t, i18n } = useTranslation('notifications');
  useDocumentTitle(t('stop.title'));
  const { kinds, link } = useSearch({ strict: false }) as Partial<StopLink>;
  const query = { kinds: String(kinds ?? ''), link: String(link ?? '') };
  const described = useQuery({
    queryKey: ['stop-mails', query, i18n.language],
    queryFn: () => describeStopLink(query),
    enabled: query.kinds !== '' && query.link !== '',
    retry: false,
  });
  const stop = useMutation({ mutationFn: () => stopMails(query) });
  const settings = <Link to={'/settings/notifications' as string}>{t('stop.settings')}</Link>;
  if (!described.isPending && !described.isError) {
    const what = described.data.join(', ');
    return stop.isSuccess ? (
      <StateMessage
        isPage
        icon={<IconMailOff size={20} />}
        title={t('stop.done')}
        text={t('stop.doneText', { kinds: what })}
      >
        {settings}
      </StateMessage>
    ) : (
      <StateMessage
        isPage
        icon={<IconMailOff size={20} />}
        title={t('stop.title')}
        text={t('stop.text', { kinds: what })}
      >
        {stop.isError ? (
          <Alert color="red" role="alert">
            {problemText(stop.error)}
          </Alert>
        ) : null}
        <Button loading={stop.isPending} onClick={() => stop.mutate()}>
          {t('stop.submit')}
        </Button>
        {settings}
      </StateMessage>
    );
  }
  if (described.isPending && query.kinds && query.link)
    return <Skeleton height={200} radius="md" role="status" aria-label={t('loading')} />;
  return (
    <StateMessage
      isPage
      role="alert"
      icon={<IconLinkOff size={20} />}
      title={t('stop.broken')}
      text={described.isError ? problemText(described.error) : t('stop.brokenText')}
    >
      {settings}
    </StateMessage>
  );
}
