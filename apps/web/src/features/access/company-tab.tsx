import { Alert, Switch, Text } from '@mantine/core';
import { IconAlertTriangle } from '@tabler/icons-react';
import { useTranslation } from 'react-i18next';
import classes from './company-tab.module.css';
import { EVERY, type RoleDraft, SYSTEM_RIGHTS, withRight } from './model/role-draft';

interface CompanyTabProps {
  draft: RoleDraft;
  isReadOnly: boolean;
  /** Whether the user may make administrators. */
  isAdministrator: boolean;
  onChange: (change: (draft: RoleDraft) => RoleDraft) => void;
}

/** Company-wide rights, each with its meaning. */
export function CompanyTab({ draft, isReadOnly, isAdministrator, onChange }: CompanyTabProps) {
  const { t } = useTranslation('access');
  const isEverything = draft.system.includes(EVERY);
  return (
    <>
      <Text size="sm" c="dimmed" mb="sm">
        {t('company.text')}
      </Text>
      {isEverything ? (
        <Alert color="yellow" variant="light" mb="sm" icon={<IconAlertTriangle size={16} />}>
          {t('company.everythingWarning')}
        </Alert>
      ) : null}
      <ul className={classes['rows']}>
        {SYSTEM_RIGHTS.map((right) => (
          <li key={right} className={classes['row']}>
            <Switch
              label={t(`company.rights.${right}.label`)}
              description={t(`company.rights.${right}.text`)}
              disabled={isReadOnly || isEverything}
              checked={isEverything || draft.system.includes(right)}
              onChange={(event) => {
                const { checked } = event.currentTarget;
                onChange((current) => withRight(current, right, checked));
              }}
            />
          </li>
        ))}
        <li className={classes['row']}>
          <Switch
            color="orange"
            label={t('company.rights.everything.label')}
            description={t('company.rights.everything.text')}
            disabled={isReadOnly || !isAdministrator}
            checked={isEverything}
            onChange={(event) => {
              const { checked } = event.currentTarget;
              onChange((current) => withRight(current, EVERY, checked));
            }}
          />
        </li>
      </ul>
    </>
  );
}
