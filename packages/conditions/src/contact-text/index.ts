/** E-mail addresses and web addresses as people write them, shared by the browser and the server. */
export { bareEmail, EMAIL_MAX_LENGTH, emailKey, isSameEmail, readEmail } from './email-address.js';
export { readWebAddress, type WebAddressProblem } from './web-address.js';
