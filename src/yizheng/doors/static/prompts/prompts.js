window.yizhengPrompts = {};
