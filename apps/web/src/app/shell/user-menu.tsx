import { UnstyledButton } from '@mantine/core';
import { logOut } from '@pellucid/api-client';
import { Initials } from '@pellucid/ui';
import { IconEye, IconEyeOff, IconKeyboard, IconLanguage, IconLogout } from '@tabler/icons-react';
import { lazy, Suspense, useState } from 'react';
import { useTranslation } from 'react-i18next';
import { LANGUAGES } from '@/lib/i18n/i18n';
import { Menu } from '@/lib/layers/overlays';
import { notify } from '@/lib/notify';
import { problemText } from '@/lib/problem-text';
import { changeOwnLanguage } from '@/lib/session/own-language';
import { endSession } from '@/lib/session/session';
import { useMe } from '@/lib/session/use-me';
import { leaveView, viewedRole } from '@/lib/session/view-as';
import classes from './user-menu.module.css';

const ViewAsDialog = lazy(() => import('./view-as-dialog'));

const LANGUAGE_NAMES = { en: 'English', de: 'Deutsch' } as const;

/** Ends the session here even if the API can't be reached. The cookie then expires on its own. */
async function leave(): Promise<void> {
  try {
    await logOut();
  } finally {
    endSession();
  }
}

export function UserMenu({ onShowHelp }: { onShowHelp: () => void }) {
  const { t, i18n } = useTranslation('app');
  const { user, permissions } = useMe();
  const [isChoosingRole, setChoosingRole] = useState(false);
  const others = LANGUAGES.filter((language) => language !== i18n.language);
  return (
    <>
      <Menu position="bottom-end" width={230}>
        <Menu.Target>
          <UnstyledButton className={classes['button']} aria-label={t('user.menu', { name: user.name })}>
            <Initials name={user.name} size={28} isRound />
          </UnstyledButton>
        </Menu.Target>
        <Menu.Dropdown>
          <Menu.Label>
            <span className={classes['name']}>{user.name}</span>
            <span className={classes['email']}>{user.email}</span>
          </Menu.Label>
          <Menu.Divider />
          <Menu.Item leftSection={<IconKeyboard size={16} />} onClick={onShowHelp}>
            {t('shortcuts.title')}
          </Menu.Item>
          {viewedRole() ? (
            <Menu.Item leftSection={<IconEyeOff size={16} />} onClick={() => leaveView()}>
              {t('viewAs.leaveLong')}
            </Menu.Item>
          ) : permissions.includes('*') ? (
            <Menu.Item leftSection={<IconEye size={16} />} onClick={() => setChoosingRole(true)}>
              {t('viewAs.open')}
            </Menu.Item>
          ) : null}
          {others.map((language) => (
            <Menu.Item
              key={language}
              leftSection={<IconLanguage size={16} />}
              lang={language}
              onClick={() =>
                void changeOwnLanguage(language).catch((error) =>
                  notify({ color: 'red', message: problemText(error) }),
                )
              }
            >
              {LANGUAGE_NAMES[language]}
            </Menu.Item>
          ))}
          <Menu.Divider />
          <Menu.Item
            leftSection={<IconLogout size={16} />}
            onClick={() => void leave().catch(() => undefined)}
          >
            {t('user.logOut')}
          </Menu.Item>
        </Menu.Dropdown>
      </Menu>
      {isChoosingRole ? (
        <Suspense fallback={null}>
          <ViewAsDialog onClose={() => setChoosingRole(false)} />
        </Suspense>
      ) : null}
    </>
  );
}
