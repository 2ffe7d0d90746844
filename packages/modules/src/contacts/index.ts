export { type AccountContact, AccountContactsService, type LinkWish } from './account-contacts.service.js';
export { type LinkedAccount, linkedAccounts } from './linked-accounts.js';
export { contactRecord } from './contacts.record.js';
export { ContactsModule } from './contacts.module.js';
