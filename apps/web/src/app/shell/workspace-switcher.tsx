import { UnstyledButton } from '@mantine/core';
import { switchCompany } from '@pellucid/api-client';
import { Initials } from '@pellucid/ui';
import { IconCheck, IconPlus, IconSelector } from '@tabler/icons-react';
import { useMutation } from '@tanstack/react-query';
import { useNavigate } from '@tanstack/react-router';
import { useTranslation } from 'react-i18next';
import { Menu } from '@/lib/layers/overlays';
import { notify } from '@/lib/notify';
import { problemText } from '@/lib/problem-text';
import { keepQuestion } from '@/lib/session/asked-factor';
import { beginSession } from '@/lib/session/session';
import { useMe } from '@/lib/session/use-me';
import classes from './workspace-switcher.module.css';

/** The current company, and the user's other companies. */
export function WorkspaceSwitcher() {
  const { t } = useTranslation('app');
  const { tenant, tenants, user } = useMe();
  const navigate = useNavigate();
  const change = useMutation({
    mutationFn: (tenantId: string) => switchCompany({ body: { tenantId } }),
    onSuccess: (answer) => {
      if (!('secondFactor' in answer)) return beginSession(answer);
      keepQuestion(answer.secondFactor);
      void navigate({ to: '/login/second-factor' });
    },
    onError: (error) => notify({ color: 'red', message: problemText(error) }),
  });
  return (
    <Menu position="bottom-start" width={240}>
      <Menu.Target>
        <UnstyledButton className={classes['button']} title={t('workspace.switch', { name: tenant.name })}>
          <Initials name={tenant.name} size={26} />
          <span className={classes['text']}>
            <span className={classes['name']}>{tenant.name}</span>
            <span className={classes['person']}>{user.name}</span>
          </span>
          <IconSelector size={15} aria-hidden className={classes['chevron']} />
        </UnstyledButton>
      </Menu.Target>
      <Menu.Dropdown>
        <Menu.Label>{t('workspace.title')}</Menu.Label>
        {(tenants ?? [tenant]).map(({ id, name }) => (
          <Menu.Item
            key={id}
            leftSection={<Initials name={name} size={20} />}
            rightSection={
              id === tenant.id ? <IconCheck size={15} aria-label={t('workspace.current')} /> : null
            }
            onClick={() => id !== tenant.id && change.mutate(id)}
          >
            {name}
          </Menu.Item>
        ))}
        <Menu.Divider />
        <Menu.Item leftSection={<IconPlus size={16} />} onClick={() => void navigate({ to: '/register' })}>
          {t('workspace.create')}
        </Menu.Item>
      </Menu.Dropdown>
    </Menu>
  );
}
