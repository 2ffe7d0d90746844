import { SettingsLayout } from '@/app/shell/settings-layout';
import { PasswordCard } from './password-card';
import { FactorsCard } from './second-factor/factors-card';
import { SessionsCard } from './sessions-card';

/** The user's log-in: password, second factors and sessions. */
export default function SecurityPage() {
  return (
    <SettingsLayout part="security">
      <FactorsCard />
      <PasswordCard />
      <SessionsCard />
    </SettingsLayout>
  );
}
