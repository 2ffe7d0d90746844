import { useTranslation } from 'react-i18next';
import { fieldOf, type ObjectDescription } from '@/records/object-description';
import { ACTIONS, EVERY } from './model/role-draft';

/** How an action is called: those of every object in the person's language, an object's own by its description. */
export function useActionLabel(): (action: string, object?: ObjectDescription) => string {
  const { t } = useTranslation('access');
  return (action, object) => {
    if (action === EVERY) return t('actions.every');
    if ((ACTIONS as readonly string[]).includes(action)) return t(`actions.${action}`);
    return object?.verbs?.find(({ key }) => key === action)?.label ?? action;
  };
}

/** How a field is called. */
export function fieldLabel(object: ObjectDescription | undefined, key: string): string {
  return (object && fieldOf(object, key)?.label) ?? key;
}
