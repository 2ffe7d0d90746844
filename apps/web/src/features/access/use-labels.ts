import { useTranslation } from 'react-i18next';
import { fieldOf, type ObjectDescription } from '@/records/object-description';
import { ACTIONS, EVERY } from './model/role-draft';

/** Labels of actions: the common ones in the user's language, an object's own from its description. */
export function useActionLabel(): (action: string, object?: ObjectDescription) => string {
  const { t } = useTranslation('access');
  return (action, object) => {
    if (action === EVERY) return t('actions.every');
    if ((ACTIONS as readonly string[]).includes(action)) return t(`actions.${action}`);
    return object?.verbs?.find(({ key }) => key === action)?.label ?? action;
  };
}

/** A field's label. */
export function fieldLabel(object: ObjectDescription | undefined, key: string): string {
  return (object && fieldOf(object, key)?.label) ?? key;
}
