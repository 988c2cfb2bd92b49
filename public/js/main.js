import './action.js';
import './copy.js';
import './dialog.js';
import './keyboard.js';
import './live.js';
import './navigation.js';
import './pick.js';
import './time.js';
