/**
 * Mantine's overlays on the layer stack. Every dialog, drawer, menu and popover of the app comes from here:
 * Mantine's own Esc handlers are off, and `layer-stack.ts` closes the topmost. A test keeps it so.
 */
import {
  Drawer as MantineDrawer,
  type DrawerProps,
  type DrawerRootProps,
  Menu as MantineMenu,
  type MenuProps,
  Modal as MantineModal,
  type ModalProps,
  type ModalRootProps,
  Popover as MantinePopover,
  type PopoverProps,
  type PopoverTargetProps,
} from '@mantine/core';
import { useUncontrolled } from '@mantine/hooks';
import {
  cloneElement,
  createContext,
  type MouseEventHandler,
  type ReactElement,
  useContext,
  useRef,
} from 'react';
import { useUnsavedChanges } from '../unsaved/use-unsaved-changes';
import { useLayer } from './use-layer';

interface Guarded {
  /** Whether something in it would be lost: closing asks first, and so does leaving the page. */
  isDirty?: boolean | (() => boolean);
}

interface Closable {
  opened: boolean;
  onClose: () => void;
  closeOnEscape?: boolean;
}

/** In: an overlay's own props. Out: what closes it, having asked about what is not saved. */
function useOverlay({ opened, onClose, closeOnEscape = true }: Closable, isDirty: Guarded['isDirty']) {
  const { leave } = useUnsavedChanges(opened && isDirty ? isDirty : false);
  const close = () => leave(onClose);
  useLayer(opened, closeOnEscape ? close : undefined);
  return close;
}

function ModalOverlay({ isDirty, ...props }: ModalProps & Guarded) {
  const close = useOverlay(props, isDirty);
  return <MantineModal {...props} onClose={close} closeOnEscape={false} />;
}

function ModalRoot({ isDirty, ...props }: ModalRootProps & Guarded) {
  const close = useOverlay(props, isDirty);
  return <MantineModal.Root {...props} onClose={close} closeOnEscape={false} />;
}

function DrawerOverlay({ isDirty, ...props }: DrawerProps & Guarded) {
  const close = useOverlay(props, isDirty);
  return <MantineDrawer {...props} onClose={close} closeOnEscape={false} />;
}

function DrawerRoot({ isDirty, ...props }: DrawerRootProps & Guarded) {
  const close = useOverlay(props, isDirty);
  return <MantineDrawer.Root {...props} onClose={close} closeOnEscape={false} />;
}

/** Opened state of a menu or popover; Esc closes it and gives the focus back to what opened it. */
function useFloating(props: {
  opened?: boolean;
  defaultOpened?: boolean;
  onChange?: (opened: boolean) => void;
}) {
  const [opened, setOpened] = useUncontrolled({
    value: props.opened,
    defaultValue: props.defaultOpened,
    finalValue: false,
    onChange: props.onChange,
  });
  const opener = useRef<Element | null>(null);
  const change = (next: boolean) => {
    if (next) opener.current = document.activeElement;
    setOpened(next);
  };
  useLayer(opened, () => {
    setOpened(false);
    if (opener.current instanceof HTMLElement) opener.current.focus();
  });
  return { opened, onChange: change };
}

function MenuOverlay(props: MenuProps) {
  const floating = useFloating(props);
  return <MantineMenu {...props} {...floating} closeOnEscape={false} />;
}

/** What a click on the target does; null where the page itself says whether the popover is open. */
const PopoverToggle = createContext<(() => void) | null>(null);

function PopoverOverlay(props: PopoverProps) {
  const floating = useFloating(props);
  const toggle = props.opened === undefined ? () => floating.onChange(!floating.opened) : null;
  return (
    <PopoverToggle value={toggle}>
      <MantinePopover {...props} {...floating} closeOnEscape={false} />
    </PopoverToggle>
  );
}

/** Mantine's target toggles only a popover that holds its own state; ours is held here. */
function PopoverTarget({ children, ...rest }: PopoverTargetProps) {
  const toggle = useContext(PopoverToggle);
  const target = children as ReactElement<{ onClick?: MouseEventHandler }>;
  const onClick: MouseEventHandler = (event) => {
    target.props.onClick?.(event);
    toggle?.();
  };
  return (
    <MantinePopover.Target {...rest}>
      {toggle ? cloneElement(target, { onClick }) : target}
    </MantinePopover.Target>
  );
}

export const Modal = Object.assign(ModalOverlay, {
  Root: ModalRoot,
  Overlay: MantineModal.Overlay,
  Content: MantineModal.Content,
  Header: MantineModal.Header,
  Title: MantineModal.Title,
  CloseButton: MantineModal.CloseButton,
  Body: MantineModal.Body,
});

export const Drawer = Object.assign(DrawerOverlay, {
  Root: DrawerRoot,
  Overlay: MantineDrawer.Overlay,
  Content: MantineDrawer.Content,
  Header: MantineDrawer.Header,
  Title: MantineDrawer.Title,
  CloseButton: MantineDrawer.CloseButton,
  Body: MantineDrawer.Body,
});

export const Menu = Object.assign(MenuOverlay, {
  Target: MantineMenu.Target,
  Dropdown: MantineMenu.Dropdown,
  Item: MantineMenu.Item,
  Label: MantineMenu.Label,
  Divider: MantineMenu.Divider,
  RadioGroup: MantineMenu.RadioGroup,
  RadioItem: MantineMenu.RadioItem,
});

export const Popover = Object.assign(PopoverOverlay, {
  Target: PopoverTarget,
  Dropdown: MantinePopover.Dropdown,
});
