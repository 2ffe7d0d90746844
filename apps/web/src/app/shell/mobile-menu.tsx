import { useTranslation } from 'react-i18next';
import { Drawer } from '@/lib/layers/overlays';
import dialog from '@/lib/layers/overlays.module.css';
import { Sidebar } from './sidebar';

/** The whole navigation on a narrow screen. Its head is not a second banner landmark. */
export default function MobileMenu({ isOpen, onClose }: { isOpen: boolean; onClose: () => void }) {
  const { t } = useTranslation('app');
  return (
    <Drawer.Root isDirty={false} opened={isOpen} onClose={onClose} size={300}>
      <Drawer.Overlay />
      <Drawer.Content>
        <div className={dialog['head']}>
          <Drawer.Title className={dialog['title']}>{t('menu')}</Drawer.Title>
          <Drawer.CloseButton />
        </div>
        <Drawer.Body
          p={0}
          // Closes the menu even if the chosen page is already open.
          onClick={(event) => {
            if (event.target instanceof Element && event.target.closest('a')) onClose();
          }}
        >
          <Sidebar label={t('menu')} />
        </Drawer.Body>
      </Drawer.Content>
    </Drawer.Root>
  );
}
