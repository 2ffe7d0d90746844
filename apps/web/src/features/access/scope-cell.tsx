import { IconFilter } from '@tabler/icons-react';
import { memo } from 'react';
import { useTranslation } from 'react-i18next';
import { Menu } from '@/lib/layers/overlays';
import classes from './matrix.module.css';
import { type Cell, FOLLOW, type Scope, SCOPES } from './model/role-draft';

export interface ScopeCellProps {
  cell: Cell;
  /** Label of the cell: "Accounts, View". */
  label: string;
  object: string;
  action: string;
  isReadOnly: boolean;
  /** Whether this is the one cell of the table in the tab order. */
  isTabStop: boolean;
  onScope: (object: string, action: string, scope: Scope | typeof FOLLOW) => void;
  onDetails: (object: string, action: string) => void;
  onFocus: (object: string, action: string) => void;
}

/** The scope of one action on one object, as a colour and a short word that opens the choices. */
export const ScopeCell = memo(function ScopeCell({
  cell,
  label,
  object,
  action,
  isReadOnly,
  isTabStop,
  onScope,
  onDetails,
  onFocus,
}: ScopeCellProps) {
  const { t } = useTranslation('access');
  const isInherited = cell.scope !== 'none' && cell.own !== cell.scope;
  const name = [
    `${label}: ${t(`scopes.${cell.scope}`)}`,
    ...(cell.follows ? [t('matrix.follows')] : isInherited ? [t('matrix.inherited')] : []),
    ...(cell.isRefined ? [t('matrix.refined')] : []),
  ].join(', ');
  const button = (
    <button
      type="button"
      className={classes['cell']}
      data-scope={cell.scope}
      data-inherited={isInherited || undefined}
      data-cell={`${object} ${action}`}
      aria-label={name}
      aria-disabled={isReadOnly || undefined}
      tabIndex={isTabStop ? 0 : -1}
      onFocus={() => onFocus(object, action)}
      onKeyDown={(event) => {
        if (isReadOnly || event.ctrlKey || event.metaKey || event.altKey) return;
        const scope = SCOPES[Number(event.key)];
        if (/^\d$/.test(event.key) && scope) onScope(object, action, scope);
        else if (event.key === 'Delete' || event.key === 'Backspace')
          onScope(object, action, cell.follows === undefined ? 'none' : FOLLOW);
        else if (event.key === 'c') onDetails(object, action);
        else return;
        event.preventDefault();
      }}
    >
      <span aria-hidden>{t(`scopes.short.${cell.scope}`)}</span>
      {cell.isRefined ? <IconFilter size={11} aria-hidden className={classes['mark']} /> : null}
    </button>
  );
  if (isReadOnly) return button;
  return (
    <Menu position="bottom" width={220} withinPortal>
      <Menu.Target>{button}</Menu.Target>
      <Menu.Dropdown>
        <Menu.Label>{label}</Menu.Label>
        <Menu.RadioGroup
          value={cell.follows ? FOLLOW : cell.own}
          onChange={(value) => onScope(object, action, value as Scope | typeof FOLLOW)}
        >
          {cell.follows === undefined ? null : (
            <Menu.RadioItem value={FOLLOW} closeMenuOnClick>
              {t('matrix.follow')}
            </Menu.RadioItem>
          )}
          {SCOPES.map((scope) => (
            <Menu.RadioItem key={scope} value={scope} closeMenuOnClick>
              {t(`scopes.${scope}`)}
            </Menu.RadioItem>
          ))}
        </Menu.RadioGroup>
        <Menu.Divider />
        <Menu.Item leftSection={<IconFilter size={14} />} onClick={() => onDetails(object, action)}>
          {t('matrix.conditions')}
        </Menu.Item>
      </Menu.Dropdown>
    </Menu>
  );
});
