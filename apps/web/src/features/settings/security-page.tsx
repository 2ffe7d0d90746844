import { SettingsLayout } from '@/app/shell/settings-layout';
import { PasswordCard } from './password-card';
import { FactorsCard } from './second-factor/factors-card';
import { SessionsCard } from './sessions-card';

/** How one logs in: password, second factors, and where one is logged in. */
export default function SecurityPage() {
  return (
    <SettingsLayout part="security">
      <FactorsCard />
      <PasswordCard />
      <SessionsCard />
    </SettingsLayout>
  );
}
