import { Drawer } from '@mantine/core';
import { useTranslation } from 'react-i18next';
import { Sidebar } from './sidebar';

/** The whole navigation on a narrow screen. */
export default function MobileMenu({ isOpen, onClose }: { isOpen: boolean; onClose: () => void }) {
  const { t } = useTranslation('app');
  return (
    <Drawer
      opened={isOpen}
      onClose={onClose}
      size={300}
      title={t('menu')}
      closeButtonProps={{ 'aria-label': t('close') }}
      styles={{ body: { padding: 0 } }}
    >
      <Sidebar />
    </Drawer>
  );
}
