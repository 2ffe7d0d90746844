export * from './file-outbox.js';
export * from './mail-layout.js';
export * from './mail.module.js';
export * from './mail-port.js';
export * from './mail-templates.js';
export * from './smtp-mailer.js';
