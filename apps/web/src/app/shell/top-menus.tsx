import { Bell } from './bell';
import { CreateMenu } from './create-menu';
import { SchemeMenu } from './scheme-menu';
import { UserMenu } from './user-menu';

/** The menus on the right of the top bar. */
export default function TopMenus({ onShowHelp }: { onShowHelp: () => void }) {
  return (
    <>
      <CreateMenu />
      <Bell />
      <SchemeMenu />
      <UserMenu onShowHelp={onShowHelp} />
    </>
  );
}
