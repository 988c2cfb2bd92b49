import { io } from 'socket.io-client';

/* The one connection of the page to the server, for live updates and for what is followed as it comes. */

const basePath = document.body.dataset.base ?? '';

export const socket = io({
  path: `${basePath}/live/`,
  transports: ['websocket', 'polling'],
  tryAllTransports: true,
  reconnectionDelay: 300,
  reconnectionDelayMax: 3000,
});
