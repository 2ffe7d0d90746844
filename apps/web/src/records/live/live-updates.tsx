import { hideNotification, notify } from '@/lib/notify';
import { useQueryClient } from '@tanstack/react-query';
import { useEffect } from 'react';
import { useTranslation } from 'react-i18next';
import { viewedRole } from '@/lib/session/view-as';
import { LiveConnection } from './live-connection';

/** A connection that is lost for less than this is not worth a word. */
const PATIENCE_MS = 20_000;
const NOTE = 'live-connection';

/** Keeps the lists and records on the page up to date. Says so if it couldn't for a while. */
export default function LiveUpdates() {
  const { t } = useTranslation('app');
  const client = useQueryClient();
  useEffect(() => {
    // The connection has the user's own rights, and what these tell must not show in the view of a role.
    if (viewedRole()) return;
    let patience: ReturnType<typeof setTimeout> | undefined;
    const settle = () => {
      clearTimeout(patience);
      patience = undefined;
      hideNotification(NOTE);
    };
    const complain = () =>
      notify({
        id: NOTE,
        color: 'gray',
        message: t('connection.unreachable'),
        autoClose: false,
      });
    const connection = new LiveConnection(client, (isConnected) => {
      if (isConnected) settle();
      else patience ??= setTimeout(complain, PATIENCE_MS);
    });
    connection.start();
    return () => {
      connection.stop();
      settle();
    };
  }, [client, t]);
  return null;
}
