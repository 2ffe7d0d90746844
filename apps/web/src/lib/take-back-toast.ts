import { i18n } from '@/lib/i18n/i18n';
import { notify } from '@/lib/notify';
import { problemText } from '@/lib/problem-text';
import { undoToast } from '@/lib/undo-toast';

/**
 * A notification of a finished change of settings, with a button that takes it back.
 * @param takeBack sends the opposite change; it fails if somebody else has changed the same since
 */
export function takeBackToast(message: string, takeBack: () => Promise<unknown>): void {
  const undo = async () => {
    try {
      await takeBack();
      notify({ message: i18n.t('undoing.done', { ns: 'records' }) });
    } catch (error) {
      notify({ color: 'red', message: problemText(error) });
    }
  };
  undoToast({ message, undo: () => void undo() });
}
